/** A series as two columns of numbers, which take a quarter of the memory that its points do. */
import type { Series } from './run-result.ts';

/** Moments in order of time, and the value at each. */
export interface SeriesColumns {
  readonly atUs: Float64Array;
  readonly values: Float64Array;
}

const made = new WeakMap<Series, () => SeriesColumns>();

/** Says how the columns of a series are made, for one whose points are made of them. */
export function setColumns(series: Series, make: () => SeriesColumns): void {
  made.set(series, make);
}

/** The columns of a series, without making its points where it is held in columns. */
export function columnsOf(series: Series): SeriesColumns {
  const make = made.get(series);
  if (make) return make();
  return {
    atUs: Float64Array.from(series.points, ([atUs]) => atUs),
    values: Float64Array.from(series.points, ([, value]) => value),
  };
}

/** The index of the first moment that is not before this one, by halving. */
export function firstFrom(atUs: ArrayLike<number>, us: number): number {
  let low = 0;
  let high = atUs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((atUs[middle] ?? 0) < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the moment nearest to this one, the first of two that are as near, by halving; -1 without any. */
export function nearestTo(atUs: ArrayLike<number>, us: number): number {
  const next = firstFrom(atUs, us);
  if (next === 0) return atUs.length > 0 ? 0 : -1;
  const isNext = (atUs[next] ?? Number.POSITIVE_INFINITY) - us < us - (atUs[next - 1] ?? 0);
  return firstFrom(atUs, atUs[isNext ? next : next - 1] ?? 0);
}

/** The mean of the values from one index up to another, each of which weighs as much as the time it is of, the first from `fromUs` on. */
export function meanOverTime({ atUs, values }: SeriesColumns, from: number, to: number, fromUs: number): number {
  let [sum, beforeUs] = [0, fromUs];
  for (let at = from; at < to; at++) {
    const us = atUs[at] ?? 0;
    sum += (values[at] ?? 0) * (us - beforeUs);
    beforeUs = us;
  }
  return beforeUs > fromUs ? sum / (beforeUs - fromUs) : meanOf(values, from, to);
}

/** The plain mean of the values from one index up to another; NaN without any. */
export function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at] ?? 0;
  return sum / (to - from);
}

/** The least and the greatest value from one index up to another. */
export function rangeOf(values: ArrayLike<number>, from: number, to: number): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = from; at < to; at++) {
    min = Math.min(min, values[at] ?? 0);
    max = Math.max(max, values[at] ?? 0);
  }
  return { min, max };
}
