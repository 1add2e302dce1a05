/** Series as a result holds them: all points of a short run, and no more than a result can carry of a long one. */
import { bucketsOf } from '../../model/buckets.ts';
import type { ResultSeries, Series } from '../../model/run-result.ts';
import { columnsOf } from '../../model/series-columns.ts';

/** In units of about 14 bytes of a result's text: some 10 MB, in which a run of ten minutes with six targets still has every point. */
const mostCost = 650_000;
const pointCost = 2;
const bucketCost = 3;

const lengthsUs = [
  0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400,
].map((seconds) => seconds * 1e6);

/**
 * The same series, or, where they are too many points for a result, in buckets of one length for all, the shortest that will do. A series
 * that buckets would not make shorter keeps its points.
 */
export function boundedSeries(all: readonly Series[], most = mostCost): ResultSeries[] {
  const costs = all.map((series) => {
    const { atUs } = columnsOf(series);
    return {
      full: pointCost * atUs.length,
      bucketed: lengthsUs.map((bucketUs) => bucketCost * mostBuckets(atUs, bucketUs)),
    };
  });
  if (total(costs.map(({ full }) => full)) <= most) return all.map((series) => ({ ...series }));
  const fits = lengthsUs.findIndex(
    (_, at) => total(costs.map(({ full, bucketed }) => Math.min(full, bucketed[at] ?? full))) <= most,
  );
  // More series than a result can carry have a few buckets each all the same.
  const chosen = fits < 0 ? lengthsUs.length - 1 : fits;
  const bucketUs = lengthsUs[chosen] ?? 0;
  return all.map((series, place) => {
    const { full = 0, bucketed = [] } = costs[place] ?? {};
    if ((bucketed[chosen] ?? full) >= full) return { ...series };
    const { name, target, unit, source } = series;
    return { name, target, unit, source, points: bucketsOf(name, columnsOf(series), bucketUs), bucketUs };
  });
}

/** No bucket is without a point, and none lies outside of the time from the first to the last. */
function mostBuckets(atUs: Float64Array, bucketUs: number): number {
  const [first, last] = [atUs[0], atUs.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return Math.min(atUs.length, Math.floor(last / bucketUs) - Math.floor(first / bucketUs) + 1);
}

function total(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + cost, 0);
}
