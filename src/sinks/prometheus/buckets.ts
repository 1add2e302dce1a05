/** Latencies in microseconds as histograms of Prometheus in seconds: classic buckets, and native ones of growing width. */
import type { Histogram } from 'hdr-histogram-js';
import { recordedValues } from '../../model/histogram.ts';

/** Upper bounds of the classic buckets, seconds: 100 us to a minute, in steps that limits of people are set at. */
export const classicBounds: readonly number[] = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
];

/** Buckets of a native histogram grow by 2^(2^-schema): 4.4 %, more than the 0.1 % of ours and less than anybody sees. */
export const nativeSchema = 4;

/** Values up to this are in the zero bucket, as in Go's client. */
export const zeroThreshold = 2 ** -128;

const perSecond = 1e6;

/** What both kinds of histogram have. */
export interface Totals {
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
}

/** How many there are and their sum, which is right to the histogram's three digits. */
export function totalsOf(histogram: Histogram): Totals {
  let sum = 0;
  for (const [us, count] of recordedValues(histogram)) sum += us * count;
  return { count: histogram.totalCount, sum: sum / perSecond };
}

/** How many are no greater than each bound. */
export function classicBuckets(histogram: Histogram): readonly (readonly [bound: number, count: number])[] {
  const counts = classicBounds.map(() => 0);
  for (const [us, count] of recordedValues(histogram)) {
    const first = classicBounds.findIndex((bound) => us <= bound * perSecond);
    if (first >= 0) counts[first] = (counts[first] ?? 0) + count;
  }
  let below = 0;
  return classicBounds.map((bound, at) => {
    below += counts[at] ?? 0;
    return [bound, below];
  });
}

/** The buckets of a native histogram that hold something, by their index, and how many are 0. */
export interface NativeBuckets {
  readonly zeros: number;
  readonly counts: readonly (readonly [index: number, count: number])[];
}

/** Bucket i holds what is greater than 2^((i-1)/16) seconds and no greater than 2^(i/16). */
export function nativeBuckets(histogram: Histogram): NativeBuckets {
  const counts = new Map<number, number>();
  let zeros = 0;
  for (const [us, count] of recordedValues(histogram)) {
    if (us === 0) zeros += count;
    else {
      const index = Math.ceil(Math.log2(us / perSecond) * 2 ** nativeSchema);
      counts.set(index, (counts.get(index) ?? 0) + count);
    }
  }
  return { zeros, counts: [...counts].sort(([a], [b]) => a - b) };
}
