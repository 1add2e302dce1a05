/** The regular expression for a line that another writer may have cut: the runtime writes each piece on its own. */

/** The longest text at `lastIndex` that may be the beginning of a line of these pieces, each the source of an expression. */
export function headOf(pieces: readonly string[]): RegExp {
  return new RegExp(
    pieces.reduceRight((rest, piece) => `${piece}(?:${rest})?`),
    'y',
  );
}

/** Numbers by their key from the groups of a match; groups that did not take part and numbers that are not finite are left out. */
export function numbersOf(keys: readonly string[], groups: readonly (string | undefined)[]): Record<string, number> {
  const values: Record<string, number> = {};
  keys.forEach((key, index) => {
    const value = Number(groups[index]);
    if (groups[index] !== undefined && Number.isFinite(value)) values[key] = value;
  });
  return values;
}
