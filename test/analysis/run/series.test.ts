import { expect, test } from 'vitest';
import { collectSeries, stepTargets } from '../../../src/analysis/run/series.ts';
import type { Series } from '../../../src/model/run-result.ts';

const span = { index: 0, name: 'one', kind: 'measure', startUs: 10e6, endUs: 20e6 } as const;

function meanOf(name: string, ...points: Series['points']): number | undefined {
  const series = { name, target: 'a', unit: '', source: 'metrics', points };
  return stepTargets([span], [series])[0]?.['a']?.[name]?.mean;
}

test('a share of the time between two looks weighs as much as that time', () => {
  const looks: Series['points'] = [
    [9e6, 99],
    [11e6, 100],
    [12e6, 100],
    [20e6 - 1, 0],
  ];
  expect(meanOf('go.cpu_gc_percent', ...looks)).toBeCloseTo(20, 4);
  expect(meanOf('go.memory_heap_bytes', ...looks)).toBeCloseTo(200 / 3, 3);
});

test('the first look counts from the one before it, if that lies in the step', () => {
  expect(meanOf('go.cpu_gc_percent', [15e6, 10], [20e6 - 1, 30])).toBeCloseTo(20, 4);
  expect(meanOf('go.cpu_gc_percent', [10e6, 10])).toBe(10);
});

test('a reason to wait counts as zero at the looks before its first goroutine', () => {
  const look = (atUs: number, values: Record<string, number>) =>
    ({ kind: 'reading', atUs, target: 'a', source: 'goroutines', values }) as const;
  const series = collectSeries([
    look(1, { 'goroutines.total': 5 }),
    look(2, { 'goroutines.total': 5 }),
    look(3, { 'goroutines.total': 9, 'goroutines.waiting.sync.Mutex.Lock': 4 }),
  ]);
  expect(series.find(({ name }) => name.endsWith('Lock'))?.points).toEqual([
    [1, 0],
    [2, 0],
    [3, 4],
  ]);
});

test('the mean time of requests is that of all requests of the step, not of the looks', () => {
  const series = (name: string, ...points: Series['points']) => ({
    name,
    target: 'a',
    unit: '',
    source: 'metrics',
    points,
  });
  const all = [
    series('app.requests_per_second', [11e6, 100], [12e6, 0], [15e6, 300]),
    series('app.request_mean_seconds', [11e6, 1], [15e6, 0.1]),
  ];
  const mean = stepTargets([span], all)[0]?.['a']?.['app.request_mean_seconds']?.mean;
  expect(mean).toBeCloseTo((100 * 1 + 900 * 0.1) / 1000, 6);
});

test('a code counts as zero at the looks that have requests and none that ended so', () => {
  const look = (atUs: number, values: Record<string, number>) =>
    ({ kind: 'reading', atUs, target: 'a', source: 'metrics', values }) as const;
  const series = collectSeries([
    look(1, { 'app.requests_per_second': 5 }),
    look(2, { 'app.requests_per_second': 5, 'app.requests_per_second.429': 2 }),
    look(3, { 'app.requests_in_flight': 1 }),
    look(4, { 'app.requests_per_second': 5 }),
  ]);
  expect(series.find(({ name }) => name.endsWith('429'))?.points).toEqual([
    [1, 0],
    [2, 2],
    [4, 0],
  ]);
});
