/** How many requests were under way at any moment, from when they were due and how long they took. */
import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms, recordedValues } from '../../model/histogram.ts';
import type { LoadWindow } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { Look } from './looks.ts';

const windowUs = 1_000_000;

/** Requests under way at a time of the run. */
export type UnderWay = (atUs: number) => number;

/** Of arrivals that were due evenly over the second of their window, those that were due by then and not answered yet. */
export function underWayOf(windows: readonly LoadWindow[]): UnderWay {
  const seconds = [...groupBy(windows, ({ dueUs }) => dueUs)].map(([dueUs, own]) => {
    const all = mergeHistograms(own.map(({ response }) => response));
    return { dueUs, longestUs: all.maxValue, values: [...recordedValues(all)] };
  });
  return (atUs) =>
    seconds
      .filter(({ dueUs, longestUs }) => dueUs < atUs && atUs < dueUs + windowUs + longestUs)
      .reduce((sum, second) => sum + ofSecond(second, atUs), 0);
}

function ofSecond(
  { dueUs, values }: { readonly dueUs: number; readonly values: readonly (readonly [number, number])[] },
  atUs: number,
): number {
  const to = Math.min(dueUs + windowUs, atUs);
  return values.reduce(
    (sum, [tookUs, count]) => sum + (count * Math.max(0, to - Math.max(dueUs, atUs - tookUs))) / windowUs,
    0,
  );
}

/**
 * How many times as many requests were under way at these looks as over their whole step, at least 1. Looks are few, and one that falls into
 * a stall, or brings it about, sees many requests at places that have nothing to do with it: their mean is too high by as much (a ratio
 * estimator, W. G. Cochran, Sampling Techniques, chapter 6).
 */
export function crowdingOf(step: StepResult, looks: readonly Look[], underWay: UnderWay): number {
  const usual = step.inFlight?.mean ?? (step.responseUs.count * step.responseUs.mean) / step.durationUs;
  if (looks.length === 0 || usual <= 0) return 1;
  const there = looks.reduce((sum, { atUs }) => sum + underWay(atUs), 0) / looks.length;
  return Math.max(1, there / usual);
}
