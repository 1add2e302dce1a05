/** Points to draw: holes made visible, then thinned so that every peak and valley stays. */
import { upperMedianOf } from '../../../model/median.ts';
import type { ResultSeries, RunResult } from '../../../model/run-result.ts';

/** One point to draw, seconds since the origin; a null value is a hole that no line may cross. */
export type DrawnPoint = readonly [atS: number, value: number | null];

/** No series is drawn with more points than this. */
export const maxDrawnPoints = 1500;

/** A silence longer than this many usual intervals is a hole. */
const silenceIntervals = 2.5;

/** Usual interval between points in seconds; 0 when the source speaks on events (GC cycles) and has none. */
export function usualIntervalS(series: ResultSeries): number {
  if (series.source === 'gctrace' || series.points.length < 3) return 0;
  const intervals: number[] = [];
  for (let index = 1; index < series.points.length; index++) {
    intervals.push(((series.points[index]?.[0] ?? 0) - (series.points[index - 1]?.[0] ?? 0)) / 1e6);
  }
  return upperMedianOf(intervals);
}

/** Points of a series in seconds, with a hole wherever its sampler reported a gap or fell silent. */
export function withHoles(series: ResultSeries, gaps: RunResult['gaps']): DrawnPoint[] {
  const own = gaps.filter((gap) => gap.target === series.target && sourcesOf(series).includes(gap.source));
  const silenceS = usualIntervalS(series) * silenceIntervals || Number.POSITIVE_INFINITY;
  const points: DrawnPoint[] = [];
  let previousUs: number | undefined;
  for (const [atUs, value] of series.points) {
    if (previousUs !== undefined) {
      const afterUs = previousUs;
      const gap = own.find((candidate) => (candidate.untilUs ?? candidate.atUs) > afterUs && candidate.atUs < atUs);
      if (gap) points.push([(gap.atUs > afterUs ? gap.atUs : (atUs + afterUs) / 2) / 1e6, null]);
      else if ((atUs - afterUs) / 1e6 > silenceS) points.push([(atUs + afterUs) / 2e6, null]);
    }
    points.push([atUs / 1e6, value]);
    previousUs = atUs;
  }
  return points;
}

/** Whose gaps are holes in it: its sampler's, and where that reads lines, those of lines. */
function sourcesOf({ source }: ResultSeries): readonly string[] {
  return source === 'schedtrace' || source === 'gctrace' ? [source, 'lines'] : [source];
}

/** At most `limit` of the points: of every bucket its first hole, lowest and highest value, in their order. */
export function keepExtremes(points: readonly DrawnPoint[], limit: number): readonly DrawnPoint[] {
  if (points.length <= limit) return points;
  const buckets = Math.floor(limit / 3);
  const kept: DrawnPoint[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * points.length) / buckets);
    const to = Math.floor(((bucket + 1) * points.length) / buckets);
    kept.push(...extremesOf(points.slice(from, to)));
  }
  return kept;
}

function extremesOf(bucket: readonly DrawnPoint[]): readonly DrawnPoint[] {
  let hole: DrawnPoint | undefined;
  let low: DrawnPoint | undefined;
  let high: DrawnPoint | undefined;
  for (const point of bucket) {
    const value = point[1];
    if (value === null) hole ??= point;
    else {
      if (low === undefined || value < (low[1] ?? 0)) low = point;
      if (high === undefined || value > (high[1] ?? 0)) high = point;
    }
  }
  return bucket.filter((point) => point === hole || point === low || point === high);
}
