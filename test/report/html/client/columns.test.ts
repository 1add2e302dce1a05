import uPlot from 'uplot';
import { expect, test } from 'vitest';
import type { PlotMaker } from '../../../../src/report/html/client/browser.ts';
import { lineColumns, nearestPoint, outlineColumns, stackColumns } from '../../../../src/report/html/client/columns.ts';

const line = (label: string, dash = false) => ({
  ...{ series: 0, label, target: 'a', colour: { name: 'ink', fade: 0 }, width: 1 },
  dash,
});
const lines = [line('total', true), line('io'), line('select')];

test('a hole lasts until the next point of its own line, whatever other lines saw meanwhile', () => {
  const drawn = (t: number[], v: (number | null)[]) => ({
    name: 'x',
    target: 'a',
    title: 'x',
    unit: '',
    everyS: 1,
    t,
    v,
  });
  const series = [drawn([1, 2, 6], [5, null, 7]), drawn([1, 1.5, 3, 4, 6, 7], [1, 1, 1, 1, 1, 1])];
  const both = [line('holey'), { ...line('whole'), series: 1 }];
  expect(lineColumns(uPlot as unknown as PlotMaker, series, both)).toEqual([
    [1, 1.5, 2, 3, 4, 6, 7],
    [5, null, null, null, null, 7, undefined],
    [1, 1, undefined, 1, 1, 1, 1],
  ]);
});

test('each line of a stack stands on those before it, the outline stays as it is', () => {
  const columns = [
    [1, 2],
    [5, 7],
    [2, 3],
    [3, 4],
  ];
  expect(stackColumns(columns, lines)).toEqual([
    [1, 2],
    [5, 7],
    [2, 3],
    [5, 7],
  ]);
});

test('a reason not seen in a profile adds nothing; a profile not taken is a hole', () => {
  const columns = [
    [1, 2, 3],
    [5, null, 4],
    [5, null, undefined],
    [undefined, undefined, 4],
  ];
  expect(stackColumns(columns, lines)).toEqual([
    [1, 2, 3],
    [5, null, 4],
    [5, null, 0],
    [5, null, 4],
  ]);
});

test('moments at which no profile was tried do not tear the stack', () => {
  const columns = [
    [1, 1.5, 2],
    [5, undefined, 6],
    [5, undefined, 6],
    [undefined, null, 1],
  ];
  expect(outlineColumns(columns, lines)).toEqual([
    [1, 2],
    [5, 6],
    [5, 6],
    [undefined, 1],
  ]);
});

test('the cursor reads the nearest point within reach, and nothing across a hole', () => {
  const columns = [
    [0, 1, 2, 3, 4],
    [10, undefined, undefined, null, 40],
  ];
  expect(nearestPoint(columns, 1, 1, 1)).toBe(0);
  expect(nearestPoint(columns, 1, 2, 0.5)).toBeNull();
  expect(nearestPoint(columns, 1, 3, 5)).toBeNull();
  expect(nearestPoint(columns, 1, 4, 1)).toBe(4);
});
