/** Rows of cells as lines of text, for a terminal. */

type Rows = readonly (readonly string[])[];

/** Whether a column is flush right, as numbers are. */
type IsRight = (column: number) => boolean;

/** How wide each column of the first row is: as its widest cell. */
export function columnWidths(rows: Rows): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

/** The cells of a row, each as wide as its column. */
export function paddedCells(row: readonly string[], widths: readonly number[], isRight: IsRight): string[] {
  return row.map((cell, column) => {
    const width = widths[column] ?? 0;
    return isRight(column) ? cell.padStart(width) : cell.padEnd(width);
  });
}

/** A line for each row, the first `rightColumns` columns flush right; no blanks at the ends of lines. */
export function alignedRows(rows: Rows, rightColumns = 0): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    paddedCells(row, widths, (column) => column < rightColumns)
      .join('  ')
      .trimEnd(),
  );
}
