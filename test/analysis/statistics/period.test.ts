import { expect, it } from 'vitest';
import { periodOf } from '../../../src/analysis/statistics/period.ts';
import { seededUniform } from '../../../src/model/random.ts';

const second = 1e6;

it.each([
  ['every 5 s, six times', [1, 6, 11, 16, 21, 26], 5],
  ['every 5 s, seen to 100 ms', [1.04, 6, 11.08, 15.95, 21.05], 5],
  ['every 2 s with one missing', [0.5, 2.5, 6.5, 8.5, 10.5, 12.5], 2],
  ['every 300 ms', [0.1, 0.4, 0.7, 1, 1.3, 1.6, 1.9], 0.3],
])('finds the period of what comes %s', (_, seconds, wanted) => {
  const found = periodOf(
    seconds.map((each) => each * second),
    seededUniform(1),
  );
  expect(found?.chance).toBeLessThan(0.02);
  expect((found?.us ?? 0) / second).toBeCloseTo(wanted, 1);
});

it('takes moments thrown over the time for a period in about 1 of 50 trials at odds of 2 %', () => {
  const uniform = seededUniform(2);
  const trials = 200;
  const found = Array.from({ length: trials }, () => {
    const moments = Array.from({ length: 6 }, () => uniform() * 30 * second).sort((a, b) => a - b);
    return periodOf(moments, uniform);
  }).filter((period) => period && period.chance <= 0.02);
  expect(found.length).toBeLessThanOrEqual(0.05 * trials);
});

it('takes no more than some of many gaps for periods, each of which is held against all moments', () => {
  let reads = 0;
  const moments = new Proxy(
    Array.from({ length: 500 }, (_, index) => 5 * index * second),
    {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
        return Reflect.get(target, key);
      },
    },
  );
  expect(periodOf(moments, seededUniform(4))).toMatchObject({ us: 5 * second, hits: 500, of: 500 });
  expect(reads).toBeLessThan(1_000_000);
});

it('has none of very many of which two come at one time', () => {
  const moments = Array.from({ length: 200_000 }, (_, index) => Math.max(1, index));
  expect(periodOf(moments, seededUniform(5))).toBeUndefined();
});

it('has none of three moments, or of two at one time', () => {
  expect(periodOf([1, 2, 3], seededUniform(3))).toBeUndefined();
  expect(periodOf([1, 2, 2, 3, 4], seededUniform(3))).toBeUndefined();
});
