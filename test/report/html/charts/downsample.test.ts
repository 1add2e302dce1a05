import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Series } from '../../../../src/model/run-result.ts';
import { type DrawnPoint, keepExtremes, withHoles } from '../../../../src/report/html/charts/downsample.ts';

const series = (source: string, seconds: readonly number[]): Series => ({
  ...{ name: 'x', target: 'a', unit: '', source },
  points: seconds.map((at): [number, number] => [at * 1e6, at]),
});

test('a sampler that fell silent leaves a hole in its line', () => {
  const points = withHoles(series('metrics', [1, 2, 3, 4, 9, 10, 11]), []);
  expect(points).toContainEqual([6.5, null]);
  expect(points.filter(([, value]) => value === null)).toHaveLength(1);
});

test('a gap that the sampler reported is a hole where it was', () => {
  const gap = { atUs: 2.4e6, target: 'a', source: 'gctrace', count: 1, message: 'gone' };
  expect(withHoles(series('gctrace', [1, 2, 3]), [gap])).toEqual([
    [1, 1],
    [2, 2],
    [2.4, null],
    [3, 3],
  ]);
});

test('lines that may be missing are a hole in what is read from lines, also where that begins before the points around it', () => {
  const gap = { atUs: 0.5e6, untilUs: 2.6e6, target: 'a', source: 'lines', count: 1, message: 'gone' };
  expect(withHoles(series('gctrace', [2, 3, 4]), [gap])).toEqual([
    [2, 2],
    [2.5, null],
    [3, 3],
    [4, 4],
  ]);
  expect(withHoles(series('metrics', [2, 3, 4]), [gap])).toHaveLength(3);
});

test('a gap of another target or source does not tear a line', () => {
  const gaps = [
    { atUs: 2.4e6, target: 'b', source: 'metrics', count: 1, message: '' },
    { atUs: 2.4e6, target: 'a', source: 'schedtrace', count: 1, message: '' },
  ];
  expect(withHoles(series('metrics', [1, 2, 3]), gaps)).toHaveLength(3);
});

test('the rhythm of garbage collection is its own: a long pause between cycles is no hole', () => {
  expect(withHoles(series('gctrace', [1, 1.1, 1.2, 1.3, 9]), [])).toHaveLength(5);
});

test('thinning stays within its limit and keeps order, peaks, valleys and holes', () => {
  const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null, freq: 20 });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 400 }), fc.integer({ min: 9, max: 90 }), (values, limit) => {
      const points = values.map((one, at): DrawnPoint => [at, one]);
      const kept = keepExtremes(points, limit);
      const numbers = (all: readonly DrawnPoint[]) => all.flatMap(([, one]) => (one === null ? [] : [one]));
      expect(kept.length).toBeLessThanOrEqual(limit);
      expect(kept.every((point) => points.includes(point))).toBe(true);
      expect([...kept].sort(([a], [b]) => a - b)).toEqual(kept);
      expect(Math.max(...numbers(kept))).toBe(Math.max(...numbers(points)));
      expect(Math.min(...numbers(kept))).toBe(Math.min(...numbers(points)));
      expect(kept.some(([, one]) => one === null)).toBe(values.includes(null));
    }),
    { seed: 1 },
  );
});
