/** The share of slow requests: sees a rare pause that the median of windows is blind to. */
import type { Histogram } from 'hdr-histogram-js';

/** How many times the usual p99 of a step is slow. */
export const slowFactor = 3;

/** What is slow in this pair, microseconds: the same for both arms whichever is which, so that swapping them changes nothing but a sign. */
export function slowThresholdUs(p99Us: number, otherP99Us: number): number {
  return slowFactor * Math.sqrt(p99Us * otherP99Us);
}

/** The share of requests that were slow, never 0 or 1 (half a request is added, so that its logarithm exists). */
export function slowShare(slower: number, count: number): number {
  return (slower + 0.5) / (count + 1);
}

/** How many recorded values lie above this, at the histogram's resolution of three digits. */
export function countSlower(histogram: Histogram, us: number): number {
  const total = histogram.totalCount;
  let low = 0;
  let high = total;
  while (low < high) {
    const rank = Math.ceil((low + high) / 2);
    if (histogram.getValueAtPercentile((100 * rank) / total) <= us) low = rank;
    else high = rank - 1;
  }
  return total - low;
}
