import { expect, test } from 'vitest';
import type { RunResult } from '../../../../src/model/run-result.ts';
import { drawnSeries, drawnTargets, timeSpan } from '../../../../src/report/html/charts/chart-data.ts';
import { chartsPart } from '../../../../src/report/html/charts/charts-part.ts';
import { maxDrawnPoints } from '../../../../src/report/html/charts/downsample.ts';
import { reportData } from '../../../../src/report/html/charts/report-data.ts';
import { emptyResult, sampleResult } from '../../../golden/sample-result.ts';

test('a blind sampler is a hole in the data of the page, and no zero is put there', () => {
  const all = drawnSeries(sampleResult());
  const memory = all.find(({ name, target }) => name === 'container.memory_mib' && target === 'downstream-2');
  const blind = memory?.t.flatMap((at, index) => (at > 30 && at < 37 ? [memory.v[index]] : []));
  expect(blind).toEqual([null]);
});

test('latencies are drawn in milliseconds', () => {
  const result = sampleResult();
  const drawn = drawnSeries(result).find(({ name }) => name === 'load.response_p99_us');
  const source = result.series.find(({ name }) => name === 'load.response_p99_us');
  expect(drawn?.unit).toBe('ms');
  expect(drawn?.v[0]).toBeCloseTo((source?.points[0]?.[1] ?? Number.NaN) / 1000, 5);
});

test('goroutine series of a long run keep the same moments, so that they can be stacked', () => {
  const result = sampleResult();
  const points = (scale: number) =>
    Array.from({ length: 5000 }, (_, at): [number, number] => [at * 1e6, (at * scale) % 97]);
  const long = (name: string, scale: number) => ({
    name,
    target: 'a',
    unit: '',
    source: 'goroutines',
    points: points(scale),
  });
  const [total, waiting] = drawnSeries({
    ...result,
    series: [long('goroutines.total', 7), long('goroutines.waiting.select', 3)],
  });
  expect(total?.t.length).toBeLessThanOrEqual(maxDrawnPoints);
  const moments = new Set(total?.t);
  expect(waiting?.t.length).toBeGreaterThan(100);
  expect(waiting?.t.every((at) => moments.has(at))).toBe(true);
});

/** Buckets of ten seconds, each with one value of 900 among others of 2. */
function longSeries(buckets: number): RunResult {
  const points = Array.from({ length: buckets }, (_, at): [number, number, number, number] => [
    at * 1e7 + 5e6,
    4,
    at % 2 === 0 ? 1 : 2,
    at === 7 ? 9000 : 900,
  ]);
  const series = [
    { name: 'load.response_max_us', target: 'generator', unit: 'us', source: 'load', bucketUs: 1e7, points },
  ];
  return { ...sampleResult(), steps: [], series };
}

test('a bucket is drawn with its least and greatest value beside its mean', () => {
  const [one] = drawnSeries(longSeries(100));
  expect(one?.everyS).toBe(10);
  expect([one?.t[7], one?.v[7], one?.low?.[7], one?.high?.[7]]).toEqual([75, 0.004, 0.002, 9]);
  expect(one?.t).toHaveLength(100);
});

test('the page of a long run says how it is drawn, and that of a short one does not', () => {
  expect(chartsPart(reportData(longSeries(100))).markup).toContain('a point is the mean of 10 s');
  expect(chartsPart(reportData(sampleResult())).markup).not.toContain('the mean of');
});

test('too many buckets to draw are put together, and no peak is lost', () => {
  const [one] = drawnSeries(longSeries(4000));
  expect(one?.t.length).toBeLessThanOrEqual(maxDrawnPoints);
  expect(one?.everyS).toBe(30);
  expect(Math.max(...(one?.high ?? []).map(Number))).toBe(9);
  expect(Math.min(...(one?.low ?? []).map(Number))).toBe(0.001);
});

test('a silence between buckets is a hole', () => {
  const result = longSeries(100);
  const [one] = result.series;
  const [drawn] = drawnSeries({
    ...result,
    series: [{ ...one!, points: one!.points.filter((_, at) => at < 40 || at > 60) }],
  });
  const hole = drawn?.v.indexOf(null) ?? -1;
  expect(hole).toBe(40);
  expect([drawn?.low?.[hole], drawn?.high?.[hole]]).toEqual([null, null]);
});

test('values that were not put into buckets have no spread', () => {
  expect(drawnSeries(sampleResult())[0]).not.toHaveProperty('high');
});

test('the time axis covers the steps and every series', () => {
  expect(timeSpan(sampleResult())).toEqual({ fromS: 1, toS: 65 });
  expect(timeSpan({ ...emptyResult(), steps: [] })).toEqual({ fromS: 0, toS: 1 });
});

test('few targets have a colour each; of many, replicas share the colour of their service', () => {
  const result = sampleResult();
  const colours = drawnTargets(result)
    .slice(0, 4)
    .map(({ colour }) => colour.name);
  expect(new Set(colours).size).toBe(4);
  const targets = Array.from({ length: 20 }, (_, index) => ({ id: `t-${index}`, service: index < 5 ? 'a' : 'b' }));
  const many = drawnTargets({ ...result, environment: { ...result.environment, targets }, series: [] });
  expect(new Set(many.map(({ colour }) => colour.name)).size).toBe(2);
  expect(new Set(many.map(({ colour }) => `${colour.name} ${colour.fade}`)).size).toBe(20);
});

test('every series that is drawn belongs to a target that the page knows', () => {
  const data = reportData(sampleResult());
  const ids = new Set(data.targets.map(({ id }) => id));
  expect(data.series.every(({ target }) => ids.has(target))).toBe(true);
});

test('what a result does not hold is named as absent, not drawn as an empty chart', () => {
  const result = sampleResult();
  const without = { ...result, series: result.series.filter(({ name }) => name !== 'gc.pause_ms') };
  const group = reportData(without).groups.find(({ title }) => title === 'Garbage collection');
  expect(group?.absent).toEqual(['Stop-the-world pause']);
  expect(group?.panels.map(({ id }) => id)).not.toContain('gc-pause');
});

test('each target with goroutine profiles has its stack, led by the total', () => {
  const panels = reportData(sampleResult()).groups.flatMap((group) => group.panels);
  const stack = panels.find(({ id }) => id === 'goroutines');
  expect(stack?.variants.map(({ label }) => label)).toEqual([
    'loadbalancer-1',
    'downstream-1',
    'downstream-2',
    'downstream-3',
  ]);
  for (const { lines } of stack?.variants ?? []) {
    expect(lines.map(({ label }) => label).slice(0, 2)).toEqual(['all goroutines', 'IO wait']);
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)?.label).toBe('running or runnable');
  }
});
