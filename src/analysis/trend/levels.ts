/** The levels of a series and the changes between them. */
import { medianOf } from '../../model/median.ts';
import type { Cut } from '../statistics/e-divisive.ts';

/** A value on a logarithmic scale, and half the width of its 90 % interval; undefined where that is unbounded. */
export interface Value {
  readonly log: number;
  readonly halfLog: number | undefined;
}

/** A stretch of values around one level, from and to included. */
export interface Level {
  readonly from: number;
  readonly to: number;
  readonly log: number;
}

/** The levels that these cuts leave when each shift must be at least `leastLog`: the smallest goes first, and its sides become one. */
export function levelsOf(
  values: readonly Value[],
  cuts: readonly Cut[],
  leastLog: number,
): { readonly levels: readonly Level[]; readonly cuts: readonly Cut[] } {
  const weights = weightsOf(values);
  let kept = [...cuts];
  for (;;) {
    const levels = between(values, weights, kept);
    const shifts = kept.map((_, index) => Math.abs((levels[index + 1]?.log ?? 0) - (levels[index]?.log ?? 0)));
    const least = Math.min(...shifts);
    if (kept.length === 0 || least >= leastLog) return { levels, cuts: kept };
    const smallest = shifts.indexOf(least);
    kept = kept.filter((_, index) => index !== smallest);
  }
}

function between(values: readonly Value[], weights: readonly number[], cuts: readonly Cut[]): Level[] {
  if (values.length === 0) return [];
  const bounds = [0, ...cuts.map(({ index }) => index), values.length];
  return bounds.slice(1).map((end, index) => {
    const from = bounds[index] ?? 0;
    let [sum, all] = [0, 0];
    for (let at = from; at < end; at++) {
      sum += (values[at]?.log ?? 0) * (weights[at] ?? 0);
      all += weights[at] ?? 0;
    }
    return { from, to: end - 1, log: sum / all };
  });
}

/**
 * The inverse of the variance that an interval tells. The surest weigh at most four times the median, because releases differ by more than
 * the error of their gates; what has no interval counts as the least sure.
 */
function weightsOf(values: readonly Value[]): number[] {
  const halves = values.flatMap(({ halfLog }) => (halfLog === undefined || halfLog <= 0 ? [] : [halfLog]));
  if (halves.length === 0) return values.map(() => 1);
  const [median, widest] = [medianOf(halves), Math.max(...halves)];
  return values.map(
    ({ halfLog }) => Math.max(halfLog === undefined || halfLog <= 0 ? widest : halfLog, median / 2) ** -2,
  );
}
