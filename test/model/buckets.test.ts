import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inBuckets } from '../../src/model/buckets.ts';
import type { ResultSeries } from '../../src/model/run-result.ts';

const seriesOf = (points: ResultSeries['points'], name = 'sched.runqueue'): ResultSeries => ({
  name,
  target: 'api',
  unit: '',
  source: 'test',
  points,
});

it('keeps mean, least and greatest of each stretch, at its middle, and leaves out stretches without a point', () => {
  const points: ResultSeries['points'] = [
    [999_999, 5],
    [1_000_000, 1],
    [1_400_000, 6],
    [1_900_000, 2],
    [4_000_000, 7],
  ];
  expect(inBuckets(seriesOf(points), 1_000_000)).toEqual({
    ...seriesOf([
      [500_000, 5, 5, 5],
      [1_500_000, 3, 1, 6],
      [4_500_000, 7, 7, 7],
    ]),
    bucketUs: 1_000_000,
  });
});

it('weighs values of the time since the last one by that time', () => {
  const points: ResultSeries['points'] = [
    [10_000_000, 0],
    [11_000_000, 10],
    [19_000_000, 100],
  ];
  expect(inBuckets(seriesOf(points, 'go.cpu_gc_percent'), 10_000_000).points.at(-1)?.[1]).toBeCloseTo(90);
  expect(inBuckets(seriesOf(points, 'sched.runqueue'), 10_000_000).points.at(-1)?.[1]).toBeCloseTo(110 / 3);
});

it('loses no least and no greatest value, also of buckets that are put together', () => {
  const point = fc.tuple(fc.integer({ min: -50_000, max: 900_000 }), fc.integer({ min: -1000, max: 1000 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1 }), fc.integer({ min: 1, max: 200_000 }), (drawn, bucketUs) => {
      const sorted = drawn.toSorted((a, b) => a[0] - b[0]);
      const once = inBuckets(seriesOf(sorted), bucketUs);
      expect(once.points).toHaveLength(new Set(sorted.map(([atUs]) => Math.floor(atUs / bucketUs))).size);
      for (const { points } of [once, inBuckets(once, 3 * bucketUs)]) {
        const values = sorted.map(([, value]) => value);
        expect(Math.min(...points.map((each) => each[2] ?? 0))).toBe(Math.min(...values));
        expect(Math.max(...points.map((each) => each[3] ?? 0))).toBe(Math.max(...values));
        for (const [, mean, min = 0, max = 0] of points) {
          expect(mean).toBeGreaterThanOrEqual(min - 1e-3);
          expect(mean).toBeLessThanOrEqual(max + 1e-3);
        }
      }
    }),
  );
});
