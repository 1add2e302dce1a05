/** A series gathered into stretches of equal time, each with its mean, least and greatest value. */
import type { BucketPoint, ResultSeries } from './run-result.ts';
import { isOverTime } from './series.ts';
import { meanOf, meanOverTime, rangeOf, type SeriesColumns } from './series-columns.ts';

/**
 * Buckets of this length, which begin at multiples of it; a bucket stands at its middle, one without a value is left out. Values have six
 * digits.
 */
export function bucketsOf(name: string, columns: SeriesColumns, bucketUs: number): BucketPoint[] {
  const { atUs, values } = columns;
  const overTime = isOverTime(name);
  return eachStretch(atUs, bucketUs, (from, to, startUs) => ({
    mean: overTime ? meanOverTime(columns, from, to, Math.max(atUs[from - 1] ?? 0, startUs)) : meanOf(values, from, to),
    ...rangeOf(values, from, to),
  }));
}

/** The same of a series that may be in shorter buckets already: of those, the mean of their means is taken, as they are of equal time. */
export function inBuckets(series: ResultSeries, bucketUs: number): ResultSeries {
  const { name, points } = series;
  const column = (pick: (point: (typeof points)[number]) => number) => Float64Array.from(points, pick);
  const columns = { atUs: column(([atUs]) => atUs), values: column(([, value]) => value) };
  if (series.bucketUs === undefined) return { ...series, bucketUs, points: bucketsOf(name, columns, bucketUs) };
  const [lows, highs] = [column(([, value, min]) => min ?? value), column(([, value, , max]) => max ?? value)];
  const buckets = eachStretch(columns.atUs, bucketUs, (from, to) => ({
    mean: meanOf(columns.values, from, to),
    min: rangeOf(lows, from, to).min,
    max: rangeOf(highs, from, to).max,
  }));
  return { ...series, bucketUs, points: buckets };
}

function eachStretch(
  atUs: Float64Array,
  bucketUs: number,
  sumUp: (
    from: number,
    to: number,
    startUs: number,
  ) => { readonly mean: number; readonly min: number; readonly max: number },
): BucketPoint[] {
  const buckets: BucketPoint[] = [];
  const placeOf = (at: number) => Math.floor((atUs[at] ?? 0) / bucketUs);
  for (let from = 0; from < atUs.length; ) {
    const place = placeOf(from);
    let to = from + 1;
    while (to < atUs.length && placeOf(to) === place) to++;
    const { mean, min, max } = sumUp(from, to, place * bucketUs);
    buckets.push([Math.round((place + 0.5) * bucketUs), rounded(mean), rounded(min), rounded(max)]);
    from = to;
  }
  return buckets;
}

/** To six digits: the longest numbers of a text are those of which nobody reads the end. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
