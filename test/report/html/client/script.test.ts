import { expect, test } from 'vitest';
import { reportData } from '../../../../src/report/html/charts/report-data.ts';
import { clientScript } from '../../../../src/report/html/client/script.ts';
import { sampleResult } from '../../../golden/sample-result.ts';
import { type FakeElement, runPage } from './fake-page.ts';

const data = reportData(sampleResult());
const panels = data.groups.flatMap((group) => group.panels.map(({ id }) => id));
const start = () => runPage(clientScript(), data, panels);
const button = (host: FakeElement, label: string) => {
  const found = host.all().find((one) => one.tag === 'button' && one.textContent.startsWith(label));
  if (!found) throw new Error(`there is no button ${label}`);
  return found;
};
const ranges = (page: ReturnType<typeof start>) =>
  new Set(page.plots().map(({ scales }) => `${scales['x']?.min} ${scales['x']?.max}`));

test('every chart of the plan is drawn, in a scope that holds nothing but the script', () => {
  const page = start();
  expect(page.plots()).toHaveLength(panels.length);
  expect(panels.length).toBeGreaterThan(10);
});

test('a chart of a long run reaches up to the peaks that its means hide, and paints them', () => {
  const result = sampleResult();
  const buckets = (name: string, peak: number) => ({
    ...{ name, target: 'generator', unit: 'req/s', source: 'load', bucketUs: 1e7 },
    points: [0, 1, 2, 3, 4].map((at): [number, number, number, number] => [at * 1e7 + 5e6, 6, 2, at === 3 ? peak : 8]),
  });
  const series = [buckets('load.sent_rps', 500), { ...buckets('load.response_p99_us', 4e6), unit: 'us' }];
  const long = reportData({ ...result, series });
  const [rate, latency] = runPage(clientScript(), long, ['rate', 'latency']).plots();
  expect(rate?.scales['y']?.max).toBeGreaterThanOrEqual(500);
  expect(latency?.scales['y']?.max).toBeGreaterThanOrEqual(4000);
  // The fake draws a unit in twelve pixels: seconds 30 to 40, from 2 up to 500.
  expect(rate?.boxes).toContainEqual([360, 6000, 120, expect.any(Number)]);
});

test('the names of the steps stand in every chart', () => {
  for (const plot of start().plots()) expect(plot.painted).toContain('1800');
});

test('a zoom in one chart is a zoom in all, and a double click takes it back', () => {
  const page = start();
  page.plots()[3]?.setScale('x', { min: 20, max: 30 });
  expect(ranges(page)).toEqual(new Set(['20 30']));
  page.plots()[0]?.options.cursor.bind.dblclick()();
  expect(ranges(page)).toEqual(new Set([`${data.fromS} ${data.toS}`]));
});

test('choosing a step shows that step in all charts', () => {
  const page = start();
  const select = page.toolbar.all().find(({ tag }) => tag === 'select');
  if (select) select.value = '2';
  select?.fire('change');
  expect(ranges(page)).toEqual(new Set([`${data.bands[2]?.fromS} ${data.bands[2]?.toS}`]));
});

test('a target that is switched off leaves every chart of targets, and its button says so', () => {
  const page = start();
  const lines = () => page.plots().map((plot) => plot.data.length);
  const before = lines();
  const key = button(page.toolbar, 'downstream-2');
  key.fire('click');
  expect(key.attributes['aria-pressed']).toBe('false');
  expect(lines().reduce((sum, count) => sum + count, 0)).toBeLessThan(before.reduce((sum, count) => sum + count, 0));
  key.fire('click');
  expect(lines()).toEqual(before);
});

test('a zoom survives a redraw', () => {
  const page = start();
  page.plots()[0]?.setScale('x', { min: 20, max: 30 });
  button(page.toolbar, 'downstream-2').fire('click');
  page.theme.fire('click');
  expect(ranges(page)).toEqual(new Set(['20 30']));
  expect(page.root.dataset['theme']).toBe('dark');
});

test('a line of the rate chart can be switched off alone', () => {
  const page = start();
  const figure = page.figures[panels.indexOf('rate')];
  if (figure) button(figure, 'sent').fire('click');
  const rate = page.plots().at(-1);
  expect(rate?.data).toHaveLength(4);
});

test('the log scale can be left, and the explorer adds and removes a chart', () => {
  const page = start();
  const latency = page.figures[panels.indexOf('latency')];
  if (latency) button(latency, 'Log scale').fire('click');
  expect(page.plots().at(-1)?.options.scales.y.distr).toBeUndefined();
  const select = page.explorer.all().find(({ tag }) => tag === 'select');
  if (select) select.value = 'container.memory_mib';
  button(page.explorer, 'Add chart').fire('click');
  expect(page.plots()).toHaveLength(panels.length + 1);
  expect(page.plots().at(-1)?.data).toHaveLength(5);
  button(page.explorer, 'Remove').fire('click');
  expect(page.plots()).toHaveLength(panels.length);
});

test('the stack of a target that went blind has a hole there', () => {
  const page = start();
  const figure = page.figures[panels.indexOf('goroutines')];
  const select = figure?.all().find(({ tag }) => tag === 'select');
  if (select) select.value = '2';
  select?.fire('change');
  const [moments = [], ...columns] = page.plots().at(-1)?.data ?? [];
  const blind = moments.findIndex((at) => Number(at) > 30 && Number(at) < 37);
  expect(columns).toHaveLength(7);
  expect(columns.map((column) => column[blind])).toEqual(columns.map(() => null));
});

test('pointing at a chart shows moment, step and values with their unit', () => {
  const page = start();
  const plot = page.plots()[panels.indexOf('latency')];
  plot?.over.fire('mouseenter');
  plot?.options.hooks.setCursor[0](plot);
  const tip = page.body.all().find(({ attributes }) => attributes['class'] === 'tip');
  expect(tip?.hidden).toBe(false);
  expect(tip?.textContent).toMatch(/1\.67 s.*response max.*ms/);
  plot?.over.fire('mouseleave');
  expect(tip?.hidden).toBe(true);
});

test('a page is printed light, whatever its theme, and returns to it', () => {
  const page = start();
  page.theme.fire('click');
  page.fire('beforeprint');
  expect(page.root.dataset['theme']).toBe('light');
  page.fire('afterprint');
  expect(page.root.dataset['theme']).toBe('dark');
});

test('a chart of values below zero reaches down to them', () => {
  const result = sampleResult();
  const series = [
    {
      ...{ name: 'expvar.balance', target: 'downstream-1', unit: '', source: 'expvar' },
      points: [-4, -2, -8].map((value, at): [number, number] => [at * 1e6, value]),
    },
  ];
  const page = runPage(clientScript(), reportData({ ...result, series }), []);
  const select = page.explorer.all().find(({ tag }) => tag === 'select');
  if (select) select.value = 'expvar.balance';
  button(page.explorer, 'Add chart').fire('click');
  const plot = page.plots().at(-1);
  expect(plot?.options.scales.y.range(plot, -8, -2)[0]).toBeLessThanOrEqual(-8);
});

test('a link to a time beyond the run shows the part of it that is of the run, and one to none shows all', () => {
  const at = (hash: string) => ranges(runPage(clientScript(), data, panels, { location: { hash, href: 'file:///r' } }));
  expect(at('#from=20&to=1e9')).toEqual(new Set([`20 ${data.toS}`]));
  expect(at('#from=1e8&to=1e9')).toEqual(new Set([`${data.fromS} ${data.toS}`]));
  expect(at('#from=-Infinity&to=Infinity')).toEqual(new Set([`${data.fromS} ${data.toS}`]));
});
