/** A quantile from cumulative histogram buckets: only the bucket it lies in is known, so the answer is that bucket. */

/** One cumulative bucket: how many observations were at most `upperBound`, which is infinite for the last. */
export interface Bucket {
  readonly upperBound: number;
  readonly count: number;
}

/** Bounds between which a quantile lies. */
export interface QuantileBounds {
  readonly over: number;
  /** Infinite when the quantile lies beyond the last finite bucket. */
  readonly atMost: number;
}

/**
 * The bounds of quantile `q` (0 to 1) of what was observed between two looks at the same histogram; undefined when that
 * was nothing, or when the looks are not of one histogram (the process restarted, the buckets changed).
 */
export function quantileBounds(
  before: readonly Bucket[],
  after: readonly Bucket[],
  q: number,
): QuantileBounds | undefined {
  if (before.length !== after.length) return undefined;
  const counts: number[] = [];
  for (const [index, { upperBound, count }] of after.entries()) {
    const earlier = before[index];
    if (!earlier || earlier.upperBound !== upperBound) return undefined;
    const seen = count - earlier.count;
    if (!(seen >= (counts.at(-1) ?? 0))) return undefined;
    counts.push(seen);
  }
  const total = counts.at(-1) ?? 0;
  if (total === 0) return undefined;
  const index = counts.findIndex((count) => count >= q * total);
  return { over: after[index - 1]?.upperBound ?? 0, atMost: after[index]?.upperBound ?? Number.POSITIVE_INFINITY };
}
