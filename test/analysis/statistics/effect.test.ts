import { expect, it } from 'vitest';
import {
  detectableLog,
  logOfShare,
  percentOfLog,
  roundsFor,
  standardDeviation,
} from '../../../src/analysis/statistics/effect.ts';
import { studentCdf, studentQuantile } from '../../../src/analysis/statistics/student-t.ts';

it.each([
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.99, 7, 2.998],
  [0.95, 8, 1.86],
  [0.95, 15, 1.753],
  [0.995, 30, 2.75],
])('has the published t of %f at %i degrees of freedom: %f', (share, degrees, t) => {
  expect(studentQuantile(share, degrees)).toBeCloseTo(t, 3);
  expect(studentQuantile(1 - share, degrees)).toBeCloseTo(-t, 3);
  expect(studentCdf(studentQuantile(share, degrees), degrees)).toBeCloseTo(share, 9);
});

it('goes from shares to logs to percent and back', () => {
  expect(percentOfLog(logOfShare(0.1))).toBeCloseTo(10, 12);
});

it('takes the standard deviation of a sample, not of a population', () => {
  expect(standardDeviation([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  expect(standardDeviation([1])).toBe(0);
});

it('sees smaller effects with more rounds, less spread and fewer columns', () => {
  const base = { sd: 0.08, rounds: 8, columns: 6, alpha: 0.05, beta: 0.05 };
  expect(detectableLog({ ...base, rounds: 16 })).toBeLessThan(detectableLog(base));
  expect(detectableLog({ ...base, sd: 0.04 })).toBeCloseTo(detectableLog(base) / 2, 12);
  expect(detectableLog({ ...base, columns: 1 })).toBeLessThan(detectableLog(base));
  expect(detectableLog({ ...base, rounds: 1 })).toBe(Number.POSITIVE_INFINITY);
});

it('plans the rounds at which an effect can be seen, or says that there are not enough', () => {
  const plan = { sd: 0.08, columns: 6, alpha: 0.05, beta: 0.05 };
  const wanted = logOfShare(0.1) - logOfShare(0.025);
  const rounds = roundsFor(wanted, plan, 64) ?? 0;
  expect(detectableLog({ ...plan, rounds })).toBeLessThanOrEqual(wanted);
  expect(detectableLog({ ...plan, rounds: rounds - 1 })).toBeGreaterThan(wanted);
  expect(roundsFor(0.001, plan, 64)).toBeUndefined();
});
