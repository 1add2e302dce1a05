import { expect, it } from 'vitest';
import { boundedSeries } from '../../../src/analysis/run/bounded-series.ts';
import type { Series } from '../../../src/model/run-result.ts';

const seriesOf = (target: string, count: number, everyUs = 1e6): Series => ({
  ...{ name: 'sched.runqueue', target, unit: '', source: 'test' },
  points: Array.from({ length: count }, (_, at): [number, number] => [at * everyUs, at === 77 ? 1e6 : at % 5]),
});

it('keeps every point of what a result can carry', () => {
  const all = [seriesOf('a', 100), seriesOf('b', 100)];
  expect(boundedSeries(all, 400)).toEqual(all);
});

it('puts all series into buckets of one length, the shortest that will do', () => {
  const bounded = boundedSeries([seriesOf('a', 100), seriesOf('b', 100)], 399);
  expect(bounded.map(({ bucketUs }) => bucketUs)).toEqual([2e6, 2e6]);
  expect(bounded[0]?.points[0]).toEqual([1e6, 0.5, 0, 1]);
});

it('leaves a series alone that would not become shorter', () => {
  const bounded = boundedSeries([seriesOf('a', 1000), seriesOf('rare', 10, 60e6)], 620);
  expect(bounded.map(({ bucketUs }) => bucketUs)).toEqual([5e6, undefined]);
  expect(bounded[1]).toEqual(seriesOf('rare', 10, 60e6));
});

it('hides no peak, however long the run and however many series there are', () => {
  const all = Array.from({ length: 50 }, (_, at) => seriesOf(`t${at}`, 500, 100e6));
  const bounded = boundedSeries(all, 150);
  const points = bounded.flatMap((series) => series.points);
  expect(points.length).toBe(50);
  expect(points.every(([, , , max]) => max === 1e6)).toBe(true);
});
