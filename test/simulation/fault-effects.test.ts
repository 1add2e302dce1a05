/** How often faults without effect are said to harm, and how far recovery is from the truth, over hundreds of simulated runs. */
import { expect, it } from 'vitest';
import { type Fate, faultMoments, outcomesOf, usualFate } from '../helpers/fault-run.ts';

const second = 1e6;
const rates = [
  { rps: 20, runs: 120 },
  { rps: 200, runs: 60 },
  { rps: 2000, runs: 4 },
];
const services: Readonly<Record<string, () => Fate>> = {
  'an even service': () => usualFate(),
  'one with a long tail': () => usualFate({ spread: 1.2 }),
  'one that stalls every 3 s': () => usualFate({ hiccupEveryS: 3 }),
  'one that stalls every 15 s': () => usualFate({ hiccupEveryS: 15 }),
  'one that fails 1 in 100': () => usualFate({ lost: 0.01 }),
};
const cases = rates.flatMap((rate) => Object.entries(services).map(([name, fate]) => ({ ...rate, name, fate })));

it.each(cases)('$runs faults without effect on $name at $rps/s harm nobody', ({ rps, runs, fate }) => {
  const states = Array.from({ length: runs }, (_, seed) => {
    const atUs = 16 * second + seed * 1234;
    const load = {
      rps,
      forS: 30,
      seed: seed + 1,
      arrivals: seed % 2 === 0 ? 'uniform' : 'poisson',
      fate: fate(),
    } as const;
    return outcomesOf(load, faultMoments(atUs, atUs + 1000))[0]?.recovery.state;
  });
  expect(new Set(states)).toEqual(new Set(['no-harm']));
});

/** Holds everything for a time, then answers so many times as fast as it comes in. */
function darkFrom(fromUs: number, toUs: number, times: number): { readonly fate: Fate; readonly emptyUs: number } {
  const usual = usualFate();
  const emptyUs = fromUs + ((toUs - fromUs) * times) / (times - 1);
  return {
    emptyUs,
    fate: (dueUs, uniform) => {
      const us = usual(dueUs, uniform) ?? 0;
      if (dueUs + us < fromUs || dueUs >= emptyUs) return us;
      return Math.max(us, toUs + (Math.max(dueUs, fromUs) - fromUs) / times - dueUs + us);
    },
  };
}

it.each(rates.flatMap(({ rps }) => [1.3, 2, 5].map((times) => ({ rps, times }))))(
  'recovery from a backlog that is answered at $times times the rate is within 50 ms or 2 % of the truth at $rps/s, and detection within a bin or a gap',
  ({ rps, times }) => {
    for (let seed = 1; seed <= (rps > 1000 ? 2 : 15); seed++) {
      const fromUs = 16 * second + seed * 3456;
      const toUs = fromUs + 3 * second;
      const { fate, emptyUs } = darkFrom(fromUs, toUs, times);
      const [outcome] = outcomesOf({ rps, forS: 45, seed, fate }, faultMoments(fromUs, toUs, 'dark', 0));
      const truthUs = emptyUs - fromUs;
      expect(outcome?.recovery.state).toBe('recovered');
      // Between two arrivals nobody sees anything.
      const leastUs = Math.max(50_000, 1e6 / rps + 20_000);
      expect(Math.abs((outcome?.recovery.afterUs ?? 0) - truthUs)).toBeLessThan(Math.max(leastUs, 0.02 * truthUs));
      expect(outcome?.detectedUs).toBeLessThanOrEqual(1e6 / rps);
      expect(outcome?.detectedUs).toBeGreaterThanOrEqual(0);
    }
  },
);

/** Loses everything for a time; a single answer takes ten times as long so much later, or earlier, as it may do at any time. */
function goneFrom(fromUs: number, toUs: number, loneUs: number): Fate {
  const usual = usualFate({ spread: 0.1 });
  let isDue = true;
  return (dueUs, uniform) => {
    const us = usual(dueUs, uniform);
    if (dueUs >= fromUs && dueUs < toUs) return undefined;
    const isLone = isDue && dueUs >= loneUs;
    if (isLone) isDue = false;
    return isLone ? 50_000 : us;
  };
}

it.each(rates)(
  'one late answer soon after the end of a fault, or before its effect, moves neither recovery nor detection at $rps/s',
  ({ rps }) => {
    const toleratedUs = Math.max(50_000, 1e6 / rps + 20_000);
    for (let seed = 1; seed <= 30; seed++) {
      const askedUs = 6 * second + seed * 3456;
      const fromUs = askedUs + second / 2;
      const toUs = fromUs + 1.2 * second;
      // What follows the last that was hurt at once cannot be told from it.
      const apartUs = (4 / rps) * second + 8000 * seed;
      for (const loneUs of [toUs + apartUs, fromUs - apartUs]) {
        const fate = goneFrom(fromUs, toUs, loneUs);
        const moments = faultMoments(askedUs, toUs, 'gone', 0);
        const [outcome] = outcomesOf({ rps, forS: 12, seed, fate }, moments);
        const { detectedUs = 0, recovery } = outcome ?? {};
        expect(recovery?.state).toBe('recovered');
        expect(Math.abs(detectedUs - (fromUs - askedUs))).toBeLessThan(toleratedUs);
        expect(Math.abs((recovery?.afterUs ?? 0) - (toUs - askedUs))).toBeLessThan(toleratedUs);
        expect(recovery?.uncertaintyUs).toBeLessThan(500_000);
      }
    }
  },
);

it.each([
  { share: 1, rps: 20 },
  { share: 1, rps: 200 },
  { share: 0.33, rps: 200 },
])(
  'recovery of which $share were lost at $rps/s lies within its own uncertainty, but for one time in twenty',
  (each) => {
    const { share, rps } = each;
    const beyond = Array.from({ length: 80 }, (_, seed) => {
      const fromUs = 6 * second + seed * 3456;
      const toUs = fromUs + 1.2 * second;
      const usual = usualFate({ spread: 1.2 });
      const fate: Fate = (dueUs, uniform) => {
        const us = usual(dueUs, uniform);
        return dueUs >= fromUs && dueUs < toUs && uniform() < share ? undefined : us;
      };
      const load = { rps, forS: 14, seed: seed + 1, arrivals: 'poisson', fate } as const;
      const { afterEndUs = 0, uncertaintyUs = 0 } =
        outcomesOf(load, faultMoments(fromUs, toUs, 'gone', 0))[0]?.recovery ?? {};
      // Between two arrivals nobody sees anything.
      return Math.abs(afterEndUs) > uncertaintyUs + 2 * (1e6 / rps / share);
    });
    expect(beyond.filter(Boolean).length).toBeLessThanOrEqual(0.05 * beyond.length);
  },
);

it('what goes on after the end of a fault, though weakly, is not put down to chance', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const fromUs = 16 * second + seed * 3456;
    const toUs = fromUs + second;
    const usual = usualFate();
    // One in eight is late for two seconds more, as where some of many connections must be made anew.
    const fate: Fate = (dueUs, uniform) => {
      const us = usual(dueUs, uniform);
      if (dueUs < fromUs || dueUs >= toUs + 2 * second) return us;
      return dueUs < toUs ? undefined : uniform() < 0.125 ? 200_000 : us;
    };
    const [outcome] = outcomesOf({ rps: 200, forS: 30, seed, fate }, faultMoments(fromUs, toUs, 'gone', 0));
    const { afterEndUs = 0, uncertaintyUs = 0 } = outcome?.recovery ?? {};
    expect(outcome?.recovery.state).toBe('recovered');
    expect(Math.abs(afterEndUs - 2 * second)).toBeLessThan(Math.max(300_000, uncertaintyUs));
  }
});

it.each(rates)('finds a dark time of half a second at $rps/s', ({ rps }) => {
  for (let seed = 1; seed <= 6; seed++) {
    const fromUs = 16 * second + seed * 3456;
    const usual = usualFate({ hiccupEveryS: 8 });
    const fate: Fate = (dueUs, uniform) =>
      dueUs >= fromUs && dueUs < fromUs + second / 2 ? undefined : usual(dueUs, uniform);
    const [outcome] = outcomesOf({ rps, forS: 30, seed, fate }, faultMoments(fromUs, fromUs + second / 2));
    expect(outcome?.recovery.state).toBe('recovered');
  }
});
