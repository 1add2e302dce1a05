/** One series of one target, and its points within a time. */
import type { Series } from '../../model/run-result.ts';

const indexes = new WeakMap<readonly Series[], ReadonlyMap<string, Series>>();

/** A series by its target and name. */
export function seriesOf(series: readonly Series[], target: string, name: string): Series | undefined {
  let index = indexes.get(series);
  if (!index) {
    // The first of several alike, as a search from the start finds it.
    index = new Map(series.toReversed().map((each) => [`${each.target}\n${each.name}`, each]));
    indexes.set(series, index);
  }
  return index.get(`${target}\n${name}`);
}

/** The points of a series; none where there is no such series. */
export function pointsOf(series: readonly Series[], target: string, name: string): Series['points'] {
  return seriesOf(series, target, name)?.points ?? [];
}

/** Those from one moment up to, and without, another. */
export function pointsWithin(points: Series['points'], fromUs: number, untilUs: number): Series['points'] {
  return points.filter(([atUs]) => atUs >= fromUs && atUs < untilUs);
}
