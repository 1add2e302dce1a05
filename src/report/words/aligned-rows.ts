/** Rows of cells as lines of text, for a terminal. */

/** Each column as wide as its widest cell, the first `rightColumns` of them flush right; no blanks at the ends of lines. */
export function alignedRows(rows: readonly (readonly string[])[], rightColumns = 0): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < rightColumns ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
