/** The middle of some numbers: two meanings, by what an even count of them makes of the two in the middle. */

/** The middle value, or the mean of the two in the middle; NaN without values. */
export function medianOf(values: Iterable<number>): number {
  return medianOfSorted(Float64Array.from(values).sort());
}

/** The same of values that ascend already. */
export function medianOfSorted(sorted: Float64Array): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The middle value, or the greater of the two in the middle, so that it is always one of them; 0 without values. */
export function upperMedianOf(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
