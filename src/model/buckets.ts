/** Points of a series gathered into stretches of equal time, each with its mean, least and greatest value. */
import type { BucketPoint, ResultSeries } from './run-result.ts';
import { isOverTime } from './series.ts';

/**
 * The series in buckets of this length, which begin at multiples of it; a bucket stands at its middle, one without a point is left out. Values
 * have six digits. Of buckets, the mean of their means is taken: they are of equal time.
 */
export function inBuckets(series: ResultSeries, bucketUs: number): ResultSeries {
  const { name, points } = series;
  const buckets: BucketPoint[] = [];
  let from = 0;
  while (from < points.length) {
    const place = placeOf(points[from], bucketUs);
    let to = from + 1;
    while (to < points.length && placeOf(points[to], bucketUs) === place) to++;
    const startUs = place * bucketUs;
    const own = points.slice(from, to);
    const mean =
      isOverTime(name) && series.bucketUs === undefined
        ? meanOverTime(own, Math.max(points[from - 1]?.[0] ?? 0, startUs))
        : meanOf(own);
    buckets.push([Math.round(startUs + bucketUs / 2), rounded(mean), rounded(leastOf(own)), rounded(greatestOf(own))]);
    from = to;
  }
  return { ...series, bucketUs, points: buckets };
}

/** The mean of values each of which weighs as much as the time it is of, the first from `fromUs` on: looks are not always equally far apart. */
export function meanOverTime(points: ResultSeries['points'], fromUs: number): number {
  let [sum, beforeUs] = [0, fromUs];
  for (const [atUs, value] of points) {
    sum += value * (atUs - beforeUs);
    beforeUs = atUs;
  }
  return beforeUs > fromUs ? sum / (beforeUs - fromUs) : meanOf(points);
}

/** The plain mean of values; NaN without any. */
export function meanOf(points: ResultSeries['points']): number {
  return points.reduce((sum, [, value]) => sum + value, 0) / points.length;
}

/** The least value of a point: its own, or of the bucket it stands for. */
function leastOf(points: ResultSeries['points']): number {
  return points.reduce((least, [, value, min]) => Math.min(least, min ?? value), Number.POSITIVE_INFINITY);
}

/** The greatest value of a point: its own, or of the bucket it stands for. */
function greatestOf(points: ResultSeries['points']): number {
  return points.reduce((greatest, [, value, , max]) => Math.max(greatest, max ?? value), Number.NEGATIVE_INFINITY);
}

/** To six digits: the longest numbers of a text are those of which nobody reads the end. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function placeOf(point: ResultSeries['points'][number] | undefined, bucketUs: number): number {
  return Math.floor((point?.[0] ?? 0) / bucketUs);
}
