/** A curve of one row of a terminal: of a report, and of progress. */

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The stretch of time that a curve shows, and how wide it is. */
export interface Axis {
  readonly fromS: number;
  readonly toS: number;
  readonly width: number;
}

/**
 * The greatest value of each column's stretch of time, between zero and the greatest of all. A column without one has
 * the value before it where `held`, for values that stand until the next, and is blank else, as it is before the first
 * and after the last.
 */
export function curve(points: readonly (readonly [atS: number, value: number])[], axis: Axis, held: boolean): string {
  const { fromS, toS, width } = axis;
  const columnOf = (atS: number) =>
    toS > fromS ? Math.min(width - 1, Math.max(0, Math.floor(((atS - fromS) / (toS - fromS)) * width))) : 0;
  const cells = new Array<number | undefined>(width).fill(undefined);
  let highest = 0;
  for (const [atS, value] of points) {
    const at = columnOf(atS);
    cells[at] = Math.max(cells[at] ?? 0, value);
    highest = Math.max(highest, value);
  }
  const last = columnOf(points.at(-1)?.[0] ?? 0);
  let before: number | undefined;
  return cells
    .map((own, at) => {
      const value = own ?? (held && at < last ? before : undefined);
      before = value;
      if (value === undefined) return ' ';
      return blocks[highest > 0 ? Math.ceil((value / highest) * (blocks.length - 1)) : 0] ?? ' ';
    })
    .join('');
}

/** A column for each value, between the least and the greatest of them. */
export function spark(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const place = (value: number) =>
    most > least ? Math.round(((value - least) / (most - least)) * (blocks.length - 1)) : 0;
  return values.map((value) => blocks[place(value)] ?? ' ').join('');
}
