import { expect, it } from 'vitest';
import { changePoint, type Point } from '../../../src/analysis/statistics/change-point.ts';
import { seededUniform } from '../../../src/model/random.ts';

const runs = 200;

/** Sum of twelve uniforms less six: near enough a normal one. */
function normal(uniform: () => number): number {
  return Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}

function noise(uniform: () => number, levels: readonly number[]): Point[] {
  return levels.map((level, index) => [index * 1e6, level + normal(uniform)]);
}

it('finds the change of a level within its uncertainty, in 95 of 100 runs and more', () => {
  const uniform = seededUniform(1);
  const covered = Array.from({ length: runs }, () => {
    const change = changePoint(noise(uniform, [...Array(12).fill(10), ...Array(10).fill(13)]), uniform);
    return change && Math.abs(change.atUs - 11.5e6) <= change.uncertaintyUs;
  }).filter(Boolean);
  expect(covered.length).toBeGreaterThanOrEqual(0.93 * runs);
});

it('finds where a queue begins to grow within its uncertainty, in 9 of 10 runs and more', () => {
  const uniform = seededUniform(5);
  const levels = [...Array<number>(14).fill(5), ...Array.from({ length: 10 }, (_, index) => 5 + 6 * (index + 1))];
  const covered = Array.from({ length: runs }, () => {
    const change = changePoint(noise(uniform, levels), uniform);
    return change && Math.abs(change.atUs - 13e6) <= change.uncertaintyUs && change.uncertaintyUs < 3e6;
  }).filter(Boolean);
  expect(covered.length).toBeGreaterThanOrEqual(0.9 * runs);
});

it('is sharper where the change is larger', () => {
  const uniform = seededUniform(2);
  const [small, large] = [2, 8].map(
    (shift) => changePoint(noise(uniform, [...Array(20).fill(0), ...Array(20).fill(shift)]), uniform)?.uncertaintyUs,
  );
  expect(small).toBeGreaterThan(large ?? 0);
  expect(large).toBeLessThan(2e6);
});

it('sees a change in noise alone in about 1 of 100 runs', () => {
  const uniform = seededUniform(3);
  const seen = Array.from({ length: runs }, () => changePoint(noise(uniform, Array(20).fill(5)), uniform)).filter(
    Boolean,
  );
  expect(seen.length).toBeLessThanOrEqual(0.04 * runs);
});

it.each([
  ['too few points', [1, 1, 9, 9, 9]],
  ['a level that never moves', Array<number>(20).fill(7)],
])('has none in %s', (_, values) => {
  expect(
    changePoint(
      values.map((value, index): Point => [index, value]),
      seededUniform(4),
    ),
  ).toBeUndefined();
});

/** What least squares of `level + slope * max(0, t - bend)` leave, by the definition. */
function leftOfBend(points: readonly Point[], bendUs: number): number {
  const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const x = points.map(([atUs]) => Math.max(0, atUs - bendUs) / 1e6);
  const y = points.map(([, value]) => value);
  const [meanX, meanY] = [mean(x), mean(y)];
  const spread = x.reduce((sum, each) => sum + (each - meanX) ** 2, 0);
  const slope = x.reduce((sum, each, index) => sum + (each - meanX) * ((y[index] ?? 0) - meanY), 0) / spread;
  return x.reduce((sum, each, index) => sum + ((y[index] ?? 0) - meanY - slope * (each - meanX)) ** 2, 0);
}

it('bends where least squares by their definition do, hours after the run began and at uneven moments', () => {
  const uniform = seededUniform(6);
  for (let trial = 0; trial < 50; trial++) {
    let atUs = 7200e6;
    const bend = 20 + Math.floor(uniform() * 30);
    const points = Array.from({ length: 80 }, (_, index): Point => {
      atUs += 1e5 + uniform() * 2e6;
      return [atUs, 1e6 + 50 * Math.max(0, index - bend) + 5 * normal(uniform)];
    });
    const left = points.slice(2, -3).map(([us]) => ({ us, left: leftOfBend(points, us) }));
    const best = left.toSorted((a, b) => a.left - b.left)[0];
    const asGood = left.filter((each) => points.length * Math.log(each.left / (best?.left ?? 0)) <= 3.84);
    const reachUs = Math.max(...asGood.map(({ us }) => Math.abs(us - (best?.us ?? 0))));
    const change = changePoint(points, uniform);
    expect(change?.atUs).toBe(best?.us);
    const gapUs = ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)) / 79;
    expect(change?.uncertaintyUs).toBe(Math.max(reachUs, gapUs / 2));
  }
});

it('looks at each of many points a number of times that does not grow with them', () => {
  const readsOf = (count: number) => {
    const made = noise(seededUniform(7), [...Array(count / 2).fill(5), ...Array(count / 2).fill(9)]);
    let reads = 0;
    const points = new Proxy(made, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
        return Reflect.get(target, key);
      },
    });
    expect(changePoint(points, seededUniform(8))?.atUs).toBeCloseTo((count / 2 - 0.5) * 1e6, -7);
    return reads / count;
  };
  expect(readsOf(2000)).toBeLessThan(1.1 * readsOf(200));
});

it('shuffles no more than some of many points, and sees no more changes in noise for it', () => {
  let draws = 0;
  const uniform = seededUniform(12);
  const counted = () => {
    draws += 1;
    return uniform();
  };
  const changed = noise(uniform, [...Array(5000).fill(5), ...Array(3000).fill(6)]);
  const change = changePoint(changed, counted);
  expect(Math.abs((change?.atUs ?? 0) - 4999.5e6)).toBeLessThanOrEqual(change?.uncertaintyUs ?? 0);
  expect(draws).toBeLessThan(301 * 1000);
  const seen = Array.from({ length: 50 }, () => changePoint(noise(uniform, Array(2500).fill(5)), uniform)).filter(
    Boolean,
  );
  expect(seen.length).toBeLessThanOrEqual(2);
});

it('tries no more orders of a series without a change than it takes to know', () => {
  let draws = 0;
  const uniform = seededUniform(9);
  const made = noise(uniform, Array(1000).fill(5));
  expect(
    changePoint(made, () => {
      draws += 1;
      return uniform();
    }),
  ).toBeUndefined();
  expect(draws).toBeLessThan(100 * 1000);
});

it('has one of more points than a call takes arguments', () => {
  const made = noise(seededUniform(10), [...Array(80_000).fill(5), ...Array(80_000).fill(5.1)]);
  expect(changePoint(made, seededUniform(11))?.uncertaintyUs).toBeGreaterThan(0);
});
