/** The share of slow requests: sees a rare pause that the median of windows is blind to. */
import type { Histogram } from 'hdr-histogram-js';
import type { ArmStep } from '../../model/comparison.ts';
import { decodeHistogram } from '../../model/histogram.ts';

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

/**
 * Counts the arrivals of a step that took longer than a time, those without a good answer among them. Of older runs, whose failures are not
 * kept apart, one that was slow to fail counts twice.
 */
export function slowerIn({
  response,
  lost,
  counts,
}: Pick<ArmStep, 'response' | 'lost' | 'counts'>): (us: number) => number {
  const { planned, completed, failed, dropped, unfinished } = counts;
  const all = decodeHistogram(response);
  const others = lost === undefined ? undefined : decodeHistogram(lost);
  if (others && all.totalCount - others.totalCount === completed)
    return (us) => countSlower(all, us) - countSlower(others, us) + planned - completed;
  return (us) => Math.min(planned, countSlower(all, us) + failed + dropped + unfinished);
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
