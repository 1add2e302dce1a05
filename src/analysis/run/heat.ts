/** The latency heat map of a run: how many arrivals took how long, over the time they were due. */
import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms, recordedValues } from '../../model/histogram.ts';
import type { Heat } from '../../model/latency-shape.ts';
import type { LoadWindow } from '../../model/load.ts';

/** Wider columns where a run has more seconds than these. */
const mostColumns = 240;
const rowsPerDecade = 20;
const secondUs = 1_000_000;

/** The lower edge of each row that there may be, and of one more: the first holds what is below a microsecond too, the last ends at an hour. */
const edgesUs = [
  0,
  ...Array.from({ length: Math.ceil(rowsPerDecade * Math.log10(3.6e9)) }, (_, row) =>
    Number((10 ** ((row + 1) / rowsPerDecade)).toPrecision(4)),
  ),
];

/** The heat map of all windows, in whatever order they are; nothing where there was no response at all. */
export function heatOf(windows: readonly LoadWindow[]): { readonly heat?: Heat } {
  const dueUs = windows.map((window) => window.dueUs);
  const fromUs = dueUs.reduce((least, us) => Math.min(least, us), Number.POSITIVE_INFINITY);
  const seconds = (dueUs.reduce((most, us) => Math.max(most, us), fromUs) - fromUs) / secondUs + 1;
  const columnUs = Math.ceil(seconds / mostColumns) * secondUs;
  const byColumn = groupBy(windows, (window) => Math.floor((window.dueUs - fromUs) / columnUs));
  const counted = Array.from(
    { length: windows.length === 0 ? 0 : Math.ceil((seconds * secondUs) / columnUs) },
    (_, column) => countRows(byColumn.get(column) ?? []),
  );
  const rows = counted.flatMap((counts) => [...counts.keys()]);
  if (rows.length === 0) return {};
  const lowest = rows.reduce((least, row) => Math.min(least, row), edgesUs.length);
  const highest = rows.reduce((most, row) => Math.max(most, row), 0);
  const boundsUs = edgesUs.slice(lowest, highest + 2);
  const columns = counted.map((counts) => [...counts].flatMap(([row, count]) => [row - lowest, count]));
  return { heat: { fromUs, columnUs, boundsUs, columns } };
}

/** How many responses lie in each row that has any, the lowest first. */
function countRows(windows: readonly LoadWindow[]): Map<number, number> {
  const counts = new Map<number, number>();
  let row = 0;
  for (const [us, count] of recordedValues(mergeHistograms(windows.map(({ response }) => response)))) {
    while (us >= (edgesUs[row + 1] ?? Number.POSITIVE_INFINITY)) row++;
    counts.set(row, (counts.get(row) ?? 0) + count);
  }
  return counts;
}
