/** The arithmetic of the benchmark: percentiles, medians, and how evenly arrivals were spread. */

/** Three percentiles in microseconds; a generator that does not report the last leaves it out. */
export interface Percentiles {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us?: number | undefined;
}

/** The value at a share (0 to 1) of numbers in order, by nearest rank; NaN without numbers. */
function quantile(ordered: readonly number[], share: number): number {
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? Number.NaN;
}

/** The three percentiles of latencies in any order, microseconds; undefined without latencies. */
export function percentilesOf(latenciesUs: readonly number[]): Percentiles | undefined {
  if (latenciesUs.length === 0) return undefined;
  const ordered = latenciesUs.toSorted((a, b) => a - b);
  return { p50Us: quantile(ordered, 0.5), p99Us: quantile(ordered, 0.99), p999Us: quantile(ordered, 0.999) };
}

/** The median of what is there, the mean of the middle two of an even count; undefined when nothing is. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const ordered = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const upper = ordered[ordered.length >> 1];
  const lower = ordered[(ordered.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/**
 * Variance over mean of the counts in windows of `windowUs` from `fromUs` on, as many as are whole before `toUs`: 0 for
 * even spacing with a whole number in each window, 1 for a Poisson process, the size of the bursts for bursts. NaN without arrivals.
 */
export function indexOfDispersion(timesUs: readonly number[], fromUs: number, toUs: number, windowUs: number): number {
  const counts: number[] = new Array(Math.max(0, Math.floor((toUs - fromUs) / windowUs))).fill(0);
  for (const atUs of timesUs) {
    const index = Math.floor((atUs - fromUs) / windowUs);
    const count = counts[index];
    if (count !== undefined) counts[index] = count + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return variance / mean;
}

/** The value of a curve of points in order of x at an x between two of them; undefined outside. */
export function interpolate(points: readonly (readonly [number, number])[], x: number): number | undefined {
  const after = points.findIndex(([pointX]) => pointX >= x);
  const right = points[after];
  const left = points[after - 1] ?? right;
  if (!left || !right || left[0] > x) return undefined;
  return right[0] === left[0] ? right[1] : left[1] + ((right[1] - left[1]) * (x - left[0])) / (right[0] - left[0]);
}
