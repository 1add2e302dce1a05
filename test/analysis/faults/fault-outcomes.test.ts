/** What users saw of a fault, from arrivals whose fate is known. */
import { expect, it } from 'vitest';
import { faultMoments, outcomesOf, startUs, usualFate } from '../../helpers/fault-run.ts';

const second = 1e6;
const base = usualFate();
const gone = faultMoments(16 * second, 20 * second);

it('tells a dark time: seen at once, lost and slow beside what was to be expected, and over when the backlog is', () => {
  const darkUs = 16 * second;
  const backUs = 20 * second;
  // Twice the rate is answered once it is back.
  const emptyUs = backUs + (backUs - darkUs);
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 40,
      fate: (dueUs, uniform) => {
        const us = base(dueUs, uniform) ?? 0;
        if (dueUs < darkUs || dueUs >= emptyUs) return us;
        return backUs + (dueUs - darkUs) / 2 - dueUs + us;
      },
    },
    gone,
  );
  expect(outcome?.recovery).toMatchObject({ state: 'recovered' });
  expect(outcome?.detectedUs).toBe(0);
  expect(Math.abs((outcome?.recovery.afterUs ?? 0) - (emptyUs - darkUs))).toBeLessThan(50_000);
  expect(Math.abs((outcome?.recovery.afterEndUs ?? 0) - (emptyUs - backUs))).toBeLessThan(50_000);
  expect(outcome?.lost).toMatchObject({ observed: 0, expected: 0, odds: 1 });
  expect(outcome?.slow?.observed).toBeGreaterThan(1590);
  expect(outcome?.slow?.observed).toBeLessThan(1615);
  expect(outcome?.slow?.odds).toBeLessThan(1e-9);
  expect(outcome).toMatchObject({ name: 'gone', kind: 'pause', what: 'stopped api-1', targets: ['api-1'] });
});

it('counts what is refused as lost, from the first on', () => {
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 40,
      fate: (dueUs, uniform) => (dueUs >= 17.004 * second && dueUs < 20 * second ? undefined : base(dueUs, uniform)),
    },
    gone,
  );
  expect(outcome?.detectedUs).toBeCloseTo(1.005 * second - 1000, -2);
  expect(outcome?.lost?.observed).toBe(599);
  expect(outcome?.recovery.afterUs).toBe(4 * second - 1000);
  expect(outcome?.recovery.afterEndUs).toBe(-1000);
});

it('calls what never comes back not recovered, and metastable where the fault is long over, with no number', () => {
  const [outcome] = outcomesOf(
    { rps: 200, forS: 40, fate: (dueUs, uniform) => (dueUs >= 16 * second ? undefined : base(dueUs, uniform)) },
    gone,
  );
  expect(outcome?.recovery).toEqual({
    state: 'not-recovered',
    metastable: true,
    why: expect.stringContaining('not back in the band of before when the load ended, 21.0 s after its end'),
  });
});

it('does not call a backlog metastable that is worked off too slowly to end in time', () => {
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 40,
      fate: (dueUs, uniform) => {
        const us = base(dueUs, uniform) ?? 0;
        return dueUs < 16 * second ? us : Math.max(us, 4 * second - (dueUs - 20 * second) / 7);
      },
    },
    gone,
  );
  expect(outcome?.recovery.state).toBe('not-recovered');
  expect(outcome?.recovery.metastable).toBeUndefined();
});

it('does not call losses metastable that become fewer, however quick the answers beside them are', () => {
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 40,
      fate: (dueUs, uniform) => {
        const lost = dueUs < 16 * second ? 0 : Math.max(0.1, 0.6 - (dueUs - 16 * second) / (40 * second));
        return uniform() < lost ? undefined : base(dueUs, uniform);
      },
    },
    gone,
  );
  expect(outcome?.recovery.state).toBe('not-recovered');
  expect(outcome?.recovery.metastable).toBeUndefined();
});

it('does not call a backlog metastable that is worked off, where a few were always lost', () => {
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 40,
      fate: (dueUs, uniform) => {
        const us = base(dueUs, uniform) ?? 0;
        if (uniform() < 0.01) return undefined;
        return dueUs < 16 * second ? us : Math.max(us, 4 * second - (dueUs - 20 * second) / 7);
      },
    },
    gone,
  );
  expect(outcome?.recovery.state).toBe('not-recovered');
  expect(outcome?.recovery.metastable).toBeUndefined();
});

it('finds no harm in a fault that did nothing, however noisy the service is', () => {
  for (const fate of [usualFate({ hiccupEveryS: 4 }), usualFate({ lost: 0.02 }), usualFate({ spread: 1.1 })]) {
    const [outcome] = outcomesOf({ rps: 100, forS: 40, arrivals: 'poisson', fate }, gone);
    expect(outcome?.recovery).toEqual({ state: 'no-harm', why: expect.any(String) });
    expect(outcome?.detectedUs).toBeUndefined();
    expect(outcome?.lost?.odds).toBeGreaterThan(0.001);
  }
});

it('tells both times where users were well long before the end, and the end did harm once more', () => {
  const isHarmed = (dueUs: number) =>
    (dueUs >= 16 * second && dueUs < 17 * second) || (dueUs >= 26 * second && dueUs < 26.5 * second);
  const [outcome] = outcomesOf(
    { rps: 200, forS: 40, fate: (dueUs, uniform) => (isHarmed(dueUs) ? undefined : base(dueUs, uniform)) },
    faultMoments(16 * second, 26 * second),
  );
  expect(outcome?.recovery).toMatchObject({
    state: 'recovered',
    afterUs: second - 1000,
    afterEndUs: 0.5 * second - 1000,
  });
  expect(outcome?.recovery.why).toContain('after its end did harm once more');
});

it('waits for the last of the harm while it is in force, whatever quiet lies between', () => {
  const isHarmed = (dueUs: number) => dueUs >= 16 * second && dueUs < 26 * second && (dueUs / second) % 4 < 0.5;
  const [outcome] = outcomesOf(
    { rps: 200, forS: 40, fate: (dueUs, uniform) => (isHarmed(dueUs) ? undefined : base(dueUs, uniform)) },
    faultMoments(16 * second, 26 * second),
  );
  expect(outcome?.recovery).toMatchObject({ state: 'recovered', afterUs: 8.5 * second - 1000 });
});

it.each([
  ['too little before', 2, {}, 'only 0.'],
  ['too little after', 16, { forS: 19 }, 'stays there'],
])('cannot tell with %s', (_, atS, change, why) => {
  const fromUs = atS * second;
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 30,
      fate: (dueUs, uniform) => (dueUs >= fromUs && dueUs < fromUs + 2.5 * second ? undefined : base(dueUs, uniform)),
      ...change,
    },
    faultMoments(fromUs, fromUs + 2 * second),
  );
  expect(outcome?.recovery.state).toBe('cannot-tell');
  expect(outcome?.recovery.why).toContain(why);
});

it('does not guess where the load goes on to a rate that has no band', () => {
  const forS = 40;
  const ramp = {
    name: 'ramp',
    shape: { kind: 'linear', fromRps: 100, toRps: 300 },
    durationMs: forS * 1000,
    measure: true,
  } as const;
  const [outcome] = outcomesOf(
    { rps: 200, forS, fate: (dueUs, uniform) => (dueUs >= 20 * second ? 60_000 : base(dueUs, uniform)) },
    faultMoments(20 * second, 21 * second),
    { step: ramp },
  );
  expect(outcome?.recovery).toMatchObject({ state: 'cannot-tell', why: expect.stringContaining('another rate') });
});

it('gives harm to each of two faults that were in force together, and says so; one that follows has its own', () => {
  const isHarmed = (dueUs: number) => dueUs >= 16 * second && dueUs < 22 * second;
  const later = (dueUs: number) => dueUs >= 30 * second && dueUs < 31 * second;
  const outcomes = outcomesOf(
    {
      rps: 200,
      forS: 45,
      fate: (dueUs, uniform) => (isHarmed(dueUs) || later(dueUs) ? undefined : base(dueUs, uniform)),
    },
    [
      ...faultMoments(16 * second, 20 * second, 'one'),
      ...faultMoments(18 * second, 22 * second, 'two'),
      ...faultMoments(30 * second, 31 * second, 'three'),
    ],
  );
  expect(outcomes.map(({ name, recovery }) => [name, recovery.state, recovery.afterUs])).toEqual([
    ['one', 'recovered', 6 * second - 1000],
    ['two', 'recovered', 4 * second - 1000],
    ['three', 'recovered', second - 1000],
  ]);
  expect(outcomes[0]?.recovery.why).toContain('two was in force at the same time');
  expect(outcomes[2]?.recovery.why).not.toContain('same time');
  expect(outcomes[2]?.band?.fromUs).toBeGreaterThan(22 * second);
});

it('blames a fault that was still felt when the next began, and no longer', () => {
  const outcomes = outcomesOf(
    {
      rps: 200,
      forS: 45,
      fate: (dueUs, uniform) => (dueUs >= 16 * second && dueUs < 31 * second ? undefined : base(dueUs, uniform)),
    },
    [...faultMoments(16 * second, 17 * second, 'one'), ...faultMoments(30 * second, 31 * second, 'two')],
  );
  expect(outcomes[0]?.recovery).toMatchObject({ state: 'not-recovered', metastable: true });
  expect(outcomes[0]?.recovery.why).toContain('when two began');
  expect(outcomes[1]?.recovery).toMatchObject({ state: 'recovered', afterUs: second - 1000 });
});

it('tells of a run that was cut off what can be known of it', () => {
  const [outcome] = outcomesOf(
    { rps: 200, forS: 20, fate: (dueUs, uniform) => (dueUs >= 16 * second ? undefined : base(dueUs, uniform)) },
    faultMoments(16 * second),
    { isComplete: false },
  );
  expect(outcome?.recovery).toEqual({
    state: 'not-recovered',
    why: expect.stringContaining('the run was cut off, it was in force to the last'),
  });
  expect(outcome?.endUs).toBeUndefined();
});

it('takes no arrival that is lost with its generator for one that a fault has cost', () => {
  const half = (dueUs: number, uniform: () => number) =>
    dueUs >= 30 * second && uniform() < 0.5 ? undefined : base(dueUs, uniform);
  const load = { rps: 200, forS: 36, fate: half };
  const cut = { isComplete: false };
  const late = faultMoments(29 * second, 31 * second, 'late');
  const [service] = outcomesOf(load, late, cut);
  expect(service?.lost?.observed).toBeGreaterThan(100);
  const [generator, seenLate] = outcomesOf({ ...load, untoldUs: 30 * second }, [...gone, ...late], cut);
  expect(generator?.recovery.state).toBe('no-harm');
  expect(generator?.lost?.observed).toBe(0);
  expect(seenLate?.lost?.observed).toBe(0);
  expect(seenLate?.recovery.state).toBe('cannot-tell');
});

it('says what could not be put in force, and what nobody saw', () => {
  const about = { kind: 'fault', fault: 'gone', targets: ['api-1'], askedUs: 16 * second, atUs: 16 * second } as const;
  const [outcome] = outcomesOf({ rps: 200, forS: 30, fate: base }, [
    { ...about, moment: 'failed', message: 'no such process' },
  ]);
  expect(outcome).toMatchObject({ failed: 'no such process', recovery: { state: 'cannot-tell' }, broken: [] });
  expect(outcome?.startUs).toBeUndefined();
  const [blind] = outcomesOf({ rps: 200, forS: 30, fate: base }, gone, { bins: [] });
  expect(blind?.recovery).toMatchObject({ state: 'cannot-tell', why: expect.stringContaining('short bins') });
});

it('tells for how long each rule about latency and errors did not hold', () => {
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 40,
      fate: (dueUs, uniform) => {
        if (dueUs >= 16 * second && dueUs < 17 * second) return undefined;
        return dueUs >= 17 * second && dueUs < 19 * second ? 40_000 : base(dueUs, uniform);
      },
    },
    faultMoments(16 * second, 18 * second),
    {
      slo: [
        { text: 'p99 < 30ms', metric: 'p99', comparison: '<', bound: 30_000 },
        { text: 'p50 < 50ms', metric: 'p50', comparison: '<', bound: 50_000 },
        { text: 'errors < 1%', metric: 'errors', comparison: '<', bound: 0.01 },
        { text: 'p99 < 10s', metric: 'max', comparison: '<', bound: 1e7, step: 'another' },
      ],
    },
  );
  const lengths = outcome?.broken.map(({ rule, totalUs }) => [rule, Math.round(totalUs / 1e5) / 10]);
  expect(lengths).toEqual([
    ['p99 < 30ms', 3.1],
    ['p50 < 50ms', 1],
    ['errors < 1%', 1.1],
  ]);
  expect(outcome?.broken.every(({ fromUs, toUs, totalUs }) => toUs - fromUs === totalUs && fromUs > startUs)).toBe(
    true,
  );
});

/** What is said of four seconds in which the four requests of a closed load wait, and of one late answer so long after them. */
function closedOutcome(lateAfterMs?: number) {
  const forS = 40;
  const shape = { kind: 'closed', connections: 4 } as const;
  const step = { name: 'c', shape, durationMs: forS * 1000, measure: true };
  const lateUs = lateAfterMs === undefined ? undefined : 20 * second + lateAfterMs * 1000;
  const { afterUs = 0, ...recovery } =
    outcomesOf({ rps: 400, forS, fate: base }, gone, { step, bins: closedBins(lateUs) })[0]?.recovery ?? {};
  return { ...recovery, offUs: Math.abs(afterUs - 4 * second) };
}

it('sees a dark time of a closed load in the answers that are missing', () => {
  const { state, offUs } = closedOutcome();
  expect(state).toBe('recovered');
  expect(offUs).toBeLessThan(120_000);
});

it('ends a dark time of a closed load where it ended, or says how far that may be from a late answer after it', () => {
  for (const lateAfterMs of [60, 120, 180, 240]) {
    const { offUs, uncertaintyUs = 0 } = closedOutcome(lateAfterMs);
    expect(offUs).toBeLessThan(Math.max(120_000, uncertaintyUs + 20_000));
  }
  expect(closedOutcome(260).offUs).toBeLessThan(120_000);
});

/** 400/s but for 4 s in which four requests wait. */
function closedBins(lateUs?: number) {
  const binUs = 20_000;
  const responseOf = (dueUs: number) => {
    if (dueUs === 16 * second) return '4000000x4';
    const usual = 4000 + ((dueUs / binUs) % 7) * 100;
    return dueUs === lateUs ? `${usual}x7 50000x1` : `${usual}x8`;
  };
  const bins = Array.from({ length: 40 * 50 }, (_, index) => startUs + index * binUs)
    .filter((dueUs) => dueUs <= 16 * second || dueUs >= 20 * second)
    .map((dueUs) => ({
      dueUs,
      completed: dueUs === 16 * second ? 4 : 8,
      lost: 0,
      response: responseOf(dueUs),
    }));
  return [{ kind: 'bins', step: 0, binUs, bins } as const];
}

it('does not hide the one arrival that was lost, where one may be lost by chance', () => {
  const [outcome] = outcomesOf(
    {
      rps: 200,
      forS: 30,
      fate: (dueUs, uniform) => (dueUs >= 6 * second && dueUs < 6 * second + 4000 ? undefined : base(dueUs, uniform)),
    },
    faultMoments(6 * second, 8 * second),
  );
  expect(outcome?.lost?.observed).toBe(1);
  expect(outcome?.recovery.state).toBe('no-harm');
  expect(outcome?.recovery.why).toContain('but for 1 lost and 0 slow arrivals, no more than chance may bring');
});
