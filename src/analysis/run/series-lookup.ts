/** One series of one target, and its points within a time. */
import type { Series } from '../../model/run-result.ts';

/** The points of a series; none where there is no such series. */
export function pointsOf(series: readonly Series[], target: string, name: string): Series['points'] {
  return series.find((each) => each.name === name && each.target === target)?.points ?? [];
}

/** Those from one moment up to, and without, another. */
export function pointsWithin(points: Series['points'], fromUs: number, untilUs: number): Series['points'] {
  return points.filter(([atUs]) => atUs >= fromUs && atUs < untilUs);
}
