/**
 * Latency histograms: HDR, integer microseconds, three significant digits, values to one hour.
 * Percentiles are always read from merged histograms, never averaged (http://hdrhistogram.org).
 */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  JsHistogram,
} from 'hdr-histogram-js';
import { eachCount } from './histogram-text.ts';
import { maxLatencyUs } from './units.ts';

const shape = { lowest: 1, highest: maxLatencyUs, digits: 3 } as const;

/** The percentiles that every result carries, with the key each has in `LatencySummary`. */
const percentiles = { p50: 50, p90: 90, p95: 95, p99: 99, p999: 99.9 } as const;

/** Latency of one class of arrivals in microseconds; all zero when `count` is zero. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** An empty histogram of microseconds. */
export function newHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: shape.lowest,
    highestTrackableValue: shape.highest,
    numberOfSignificantValueDigits: shape.digits,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}

/** A histogram as text (HdrHistogram V2, compressed, base64), as in the logs of every HdrHistogram port. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** The histogram in such a text; throws when the text is not one. */
export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 32, false);
}

/** All texts merged into one histogram. */
export function mergeHistograms(texts: Iterable<string>): Histogram {
  const merged = newHistogram();
  for (const text of texts) addHistogram(merged, text);
  return merged;
}

/** Adds the histogram in a text to another; throws when the text is none. */
export function addHistogram(sum: Histogram, text: string): void {
  if (!(sum instanceof JsHistogram && addCounts(sum, text))) sum.add(decodeHistogram(text));
}

/** Touches only the places that have a count, which a histogram made for the text would not; false where the text is of another shape. */
function addCounts(sum: JsHistogram, text: string): boolean {
  let [least, greatest, total] = [0, -1, 0];
  const added = eachCount(text, shape, (place, count) => {
    sum.addToCountAtIndex(place, count);
    if (least === 0) least = place;
    greatest = place;
    total += count;
  });
  if (greatest < 0) return added;
  sum.addToTotalCount(total);
  sum.maxValue = Math.max(sum.maxValue, sum.highestEquivalentValue(sum.valueFromIndex(greatest)));
  if (least > 0) sum.minNonZeroValue = Math.min(sum.minNonZeroValue, sum.valueFromIndex(least));
  return added;
}

/** Each value that a histogram of ours holds, the least first, and how often: the least of those that are one to its resolution. */
export function* recordedValues(histogram: Histogram): Iterable<readonly [value: number, count: number]> {
  if (!(histogram instanceof JsHistogram)) throw new TypeError('only histograms without WebAssembly can be walked');
  const last = histogram.countsArrayIndex(histogram.maxValue);
  for (let index = 0; index <= last; index++) {
    const count = histogram.getCountAtIndex(index);
    if (count > 0) yield [histogram.valueFromIndex(index), count];
  }
}

/** The latency summary of a histogram, in microseconds; the mean has one decimal. */
export function summarise(histogram: Histogram): LatencySummary {
  const count = histogram.totalCount;
  if (count === 0) return { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile);
  return {
    count,
    mean: Math.round(histogram.mean * 10) / 10,
    p50: at(percentiles.p50),
    p90: at(percentiles.p90),
    p95: at(percentiles.p95),
    p99: at(percentiles.p99),
    p999: at(percentiles.p999),
    max: histogram.maxValue,
  };
}
