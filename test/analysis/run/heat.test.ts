import { expect, it } from 'vitest';
import { heatOf } from '../../../src/analysis/run/heat.ts';
import { mergeHistograms } from '../../../src/model/histogram.ts';
import type { Heat } from '../../../src/model/latency-shape.ts';
import { heatSchema } from '../../../src/model/latency-shape.ts';
import { histogram, window } from '../../helpers/raw-run.ts';

/** Column, lower and upper edge of its row, and count of each cell. */
function cells({ boundsUs, columns }: Heat): [number, number, number, number][] {
  return columns.flatMap((pairs, column) =>
    pairs.flatMap((row, at): [number, number, number, number][] =>
      at % 2 === 0 ? [[column, boundsUs[row] ?? -1, boundsUs[row + 1] ?? -1, pairs[at + 1] ?? 0]] : [],
    ),
  );
}

it('counts each response in the second its arrival was due and in the row it lies in, whatever step or flush told it', () => {
  const { heat } = heatOf([
    window(1, 6_000_000, 1, 1000, { response: histogram([999, 1000, 1121, 1122]) }),
    window(0, 5_000_000, 3, 40),
    window(0, 6_000_000, 2, 1000),
  ]);
  expect(heat).toMatchObject({ fromUs: 5_000_000, columnUs: 1_000_000 });
  expect(cells(heat!)).toEqual([
    [0, 39.81, 44.67, 3],
    [1, 891.3, 1000, 1],
    [1, 1000, 1122, 4],
    [1, 1122, 1259, 1],
  ]);
  expect(heatSchema.parse(heat)).toEqual(heat);
});

it('keeps a place for seconds in which nothing was due', () => {
  const { heat } = heatOf([window(0, 0, 1, 10), window(0, 3_000_000, 1, 10)]);
  expect(heat?.columns).toEqual([[0, 1], [], [], [0, 1]]);
});

it('has wider columns of whole seconds, and loses nothing, where a run is long', () => {
  const windows = Array.from({ length: 1000 }, (_, second) => window(0, second * 1e6, 2, 1 + second));
  const { heat } = heatOf(windows);
  expect(heat?.columnUs).toBe(5_000_000);
  expect(heat?.columns.length).toBe(200);
  expect(cells(heat!).reduce((sum, [, , , count]) => sum + count, 0)).toBe(2000);
});

it('holds the least and the greatest latency that there may be', () => {
  const response = histogram([0, 3_600_000_000]);
  const { heat } = heatOf([window(0, 0, 2, 1, { response })]);
  expect(heat?.boundsUs[0]).toBe(0);
  expect(heat?.boundsUs.at(-1)).toBeGreaterThan(mergeHistograms([response]).maxValue);
  expect(heat?.columns[0]).toEqual([0, 1, 191, 1]);
});

it('is absent where there was no response', () => {
  expect(heatOf([])).toEqual({});
  expect(heatOf([window(0, 0, 0, 1)])).toEqual({});
});
