/** The moments at which responses were far above the level of their step: single stalls, whatever the percentiles say. */
import { medianOf } from '../../model/median.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import { generatorTarget } from './generator-series.ts';
import { pointsOf, pointsWithin } from './series-lookup.ts';

/** The windows of one step, each with the greatest response of the arrivals due in it. */
export interface StepWindows {
  readonly step: StepResult;
  readonly windowUs: number;
  readonly startsUs: readonly number[];
  readonly peaksUs: readonly number[];
  /** Which are slow. */
  readonly slow: readonly boolean[];
}

/** Slow windows one after the other. */
export interface Stall {
  readonly step: string;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly peakUs: number;
}

/** So many times the median peak of its step is slow, when it is also above what may be the generator's own. */
const slowFactor = 3;
const leastSlowUs = 5000;
/** A step that is slow for most of its time has another level, and no stalls. */
const mostSlow = 0.4;
const fine = { name: 'load.response_peak_us', windowUs: 100_000 };
const coarse = { name: 'load.response_max_us', windowUs: 1_000_000 };

/** The windows of each measured step; tenths of a second where the run has those, else seconds. */
export function slowWindows(steps: readonly StepResult[], series: readonly Series[]): StepWindows[] {
  const finePoints = pointsOf(series, generatorTarget, fine.name);
  const [points, { windowUs }] =
    finePoints.length > 0 ? [finePoints, fine] : [pointsOf(series, generatorTarget, coarse.name), coarse];
  return steps.map((step) => {
    const own = pointsWithin(points, step.startUs, step.startUs + step.durationUs);
    const peaksUs = own.map(([, peak]) => peak);
    const limitUs = Math.max(slowFactor * medianOf(peaksUs), leastSlowUs, 2 * (step.ownErrorUs?.p99 ?? 0));
    const slow = peaksUs.map((peak) => peak > limitUs);
    const isLevel = slow.filter(Boolean).length > mostSlow * slow.length;
    return {
      step,
      windowUs,
      startsUs: own.map(([atUs]) => atUs - windowUs / 2),
      peaksUs,
      slow: isLevel ? slow.map(() => false) : slow,
    };
  });
}

/** Slow windows of all steps, those next to each other as one, also from the end of a step to the start of the next. */
export function stallsOf(all: readonly StepWindows[]): Stall[] {
  const stalls: Stall[] = [];
  for (const { step, windowUs, startsUs, peaksUs, slow } of all) {
    for (const [index, fromUs] of startsUs.entries()) {
      if (!slow[index]) continue;
      const peakUs = peaksUs[index] ?? 0;
      const last = stalls.at(-1);
      // One window between two of the same stall may have had no arrival that met it.
      if (last && fromUs - last.untilUs <= 1.5 * windowUs) {
        stalls[stalls.length - 1] = { ...last, untilUs: fromUs + windowUs, peakUs: Math.max(last.peakUs, peakUs) };
      } else stalls.push({ step: step.name, fromUs, untilUs: fromUs + windowUs, peakUs });
    }
  }
  return stalls;
}
