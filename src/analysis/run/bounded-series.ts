/** Series as a result holds them: all points of a short run, and no more than a result can carry of a long one. */
import { countBuckets, inBuckets } from '../../model/buckets.ts';
import type { ResultSeries, Series } from '../../model/run-result.ts';

/** In units of about 14 bytes of a result's text: some 11 MB, in which a run of ten minutes with six targets still has every point. */
const mostCost = 800_000;
const pointCost = 2;
const bucketCost = 3;

/** Lengths of buckets, seconds; twice the last one and so on beyond it. */
const lengthsS = [0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/**
 * The same series, or, where they are too many points for a result, in buckets of one length for all, the shortest that will do. A series
 * that buckets would not make shorter keeps its points.
 */
export function boundedSeries(all: readonly Series[], most = mostCost): ResultSeries[] {
  if (total(all.map(fullCost)) <= most) return [...all];
  const bucketUs = lengthFor(all, most);
  return all.map((series) =>
    bucketedCost(series, bucketUs) < fullCost(series) ? inBuckets(series, bucketUs) : series,
  );
}

function lengthFor(all: readonly Series[], most: number): number {
  const [longestS = 3600] = lengthsS.slice(-1);
  const fits = (bucketUs: number) =>
    total(all.map((series) => Math.min(fullCost(series), bucketedCost(series, bucketUs)))) <= most;
  const known = lengthsS.map((seconds) => seconds * 1e6).find(fits);
  if (known !== undefined) return known;
  let bucketUs = longestS * 1e6;
  // One bucket for each series is the least there can be, however many series there are.
  while (!fits(bucketUs) && all.some(({ points }) => countBuckets(points, bucketUs) > 1)) bucketUs *= 2;
  return bucketUs;
}

function fullCost({ points }: Series): number {
  return pointCost * points.length;
}

function bucketedCost({ points }: Series, bucketUs: number): number {
  return bucketCost * countBuckets(points, bucketUs);
}

function total(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + cost, 0);
}
