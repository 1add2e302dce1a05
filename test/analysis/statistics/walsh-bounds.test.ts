import { expect, it } from 'vitest';
import {
  hodgesLehmann,
  lowerBound,
  signedRankCutoff,
  upperBound,
  walshAverages,
} from '../../../src/analysis/statistics/walsh-bounds.ts';

it('averages every pair, and each value with itself', () => {
  expect([...walshAverages([3, 1, 2])]).toEqual([1, 1.5, 2, 2, 2.5, 3]);
});

it('estimates the centre by the median of the averages, so that one wild round moves it little', () => {
  expect(hodgesLehmann([1, 2, 3])).toBe(2);
  expect(hodgesLehmann([1, 2, 3, 4])).toBe(2.5);
  expect(hodgesLehmann([0.9, 1, 1.1, 1, 0.9, 1.1, 1, 50])).toBeLessThan(1.1);
});

it.each([
  [6, 0.05, 2],
  [8, 0.025, 3],
  [10, 0.025, 8],
  [12, 0.01, 9],
  [16, 0.05, 35],
  [20, 0.025, 52],
])('has the cutoff of the published tables for %i values at %f: %i', (count, level, cutoff) => {
  expect(signedRankCutoff(count, level)).toBe(cutoff);
});

it('has no bound where there are too few values for the level', () => {
  expect(signedRankCutoff(4, 0.05)).toBe(-1);
  expect(upperBound([1, 2, 3, 4], 0.05)).toBe(Number.POSITIVE_INFINITY);
  expect(lowerBound([1, 2, 3, 4], 0.05)).toBe(Number.NEGATIVE_INFINITY);
});

it.each([0.015, 0.05, 0.2])(
  'bounds the centre with an error of at most %f, over all signs of the same values',
  (level) => {
    const sizes = [0.11, 0.23, 0.37, 0.41, 0.59, 0.67, 0.83, 1.7];
    const wrong = Array.from({ length: 256 }, (_, signs) =>
      upperBound(
        sizes.map((size, index) => ((signs >> index) & 1 ? -size : size)),
        level,
      ),
    ).filter((bound) => bound < 0).length;
    expect(wrong / 256).toBeLessThanOrEqual(level);
    expect(wrong).toBeGreaterThan(0);
  },
);
