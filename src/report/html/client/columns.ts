/** From embedded series to the columns of a plot. Closed functions: their source is embedded. */
import type { DrawnSeries } from '../charts/chart-data.ts';
import type { Line } from '../charts/panel.ts';
import type { Columns, PlotMaker } from './browser.ts';

/**
 * Columns of lines that share their moments only in part: undefined where a line has no point, null where it has a hole, from
 * its last point before it to its first after it, whatever moments of other lines lie in between (2: nulls expand).
 */
export function lineColumns(maker: PlotMaker, series: readonly DrawnSeries[], lines: readonly Line[]): Columns {
  return maker.join(
    lines.map((line) => [series[line.series]?.t ?? [], series[line.series]?.v ?? []]),
    lines.map(() => [1, 2]),
  );
}

/**
 * Only the moments of the outline (the dashed line) of a stack: there a profile was taken, or is known to be missing.
 * Without an outline every moment stays.
 */
export function outlineColumns(columns: Columns, lines: readonly Line[]): Columns {
  const outline = columns[lines.findIndex((line) => line.dash) + 1];
  if (!lines.some((line) => line.dash) || outline === undefined) return columns;
  return columns.map((column) => column.filter((_, at) => outline[at] !== undefined));
}

/** Columns in which each solid line stands on those before it; a moment at which none of them was seen is a hole. */
export function stackColumns(columns: Columns, lines: readonly Line[]): Columns {
  const [moments = [], ...values] = columns;
  const solid = values.filter((_, index) => lines[index]?.dash === false);
  const sums: (number | null)[] = moments.map((_, at) =>
    solid.some((column) => typeof column[at] === 'number') ? 0 : null,
  );
  const stacked = values.map((column, index) => {
    if (lines[index]?.dash) return column;
    return column.map((value, at) => {
      const below = sums[at];
      if (typeof below !== 'number') return null;
      sums[at] = below + (value ?? 0);
      return sums[at];
    });
  });
  return [moments, ...stacked];
}

/** The index nearest to `from` at which a line has a point within `reach` of that moment; null when it has a hole or nothing there. */
export function nearestPoint(columns: Columns, column: number, from: number, reach: number): number | null {
  const moments = columns[0] ?? [];
  const values = columns[column] ?? [];
  const centre = moments[from] ?? 0;
  for (let step = 0; step < moments.length; step++) {
    let within = false;
    for (const at of [from - step, from + step]) {
      const moment = moments[at];
      if (typeof moment !== 'number' || Math.abs(moment - centre) > reach) continue;
      within = true;
      if (values[at] === null) return null;
      if (values[at] !== undefined) return at;
    }
    if (!within) return null;
  }
  return null;
}

/** The places of points that no line reaches, because they have a hole on either side. */
export function lonePoints(values: Columns[number]): readonly number[] {
  const points = [...values.keys()].filter((at) => typeof values[at] === 'number');
  return points.filter((at, place) => {
    const holeBetween = (from: number, to: number) => values.slice(from + 1, to).includes(null);
    const before = points[place - 1];
    const after = points[place + 1];
    const alone = before === undefined || holeBetween(before, at);
    return alone && (after === undefined || holeBetween(at, after));
  });
}
