/** When each window of a flight recorder is taken: over the measured steps, never across the edge of one, and never beside a profile. */
import type { Stretch } from '../model/load.ts';
import { seededUniform } from '../model/random.ts';
import type { TraceOptions } from '../model/run-traces.ts';
import type { PlannedStep } from '../model/scenario.ts';

/** One window, of whichever target is next. */
export interface PlannedWindow {
  readonly atUs: number;
  readonly untilUs: number;
  /** By index. */
  readonly step: number;
}

/** Between the end of a window and the end of its step, or the begin of a profile: the target sends the rest of the trace. */
const marginUs = 300_000;
const secondUs = 1_000_000;

/**
 * One window of `windowMs` in each `everyMs` of a measured step, at a moment by lot: what recurs as regularly as windows would be in all
 * of them otherwise, or in none. Where there is room they begin at whole seconds of the run's clock, so that seconds with and without a
 * trace can be told apart. One that would touch a `busy` stretch comes after it.
 */
export function planWindows(
  steps: readonly PlannedStep[],
  { windowMs, everyMs }: Pick<TraceOptions, 'windowMs' | 'everyMs'>,
  busy: readonly Stretch[] = [],
): PlannedWindow[] {
  const windowUs = windowMs * 1000;
  const slackUs = everyMs * 1000 - windowUs;
  const grainUs = slackUs >= secondUs ? secondUs : 1;
  const uniform = seededUniform(1);
  return steps.flatMap(({ measure, startUs, endUs }, step): PlannedWindow[] => {
    if (!measure) return [];
    const planned: PlannedWindow[] = [];
    const lastUs = endUs - marginUs - windowUs;
    let fromUs = wholeSecond(startUs);
    while (fromUs <= lastUs) {
      const roomUs = Math.min(slackUs, lastUs - fromUs);
      const atUs = fromUs + Math.floor(uniform() * (Math.floor(roomUs / grainUs) + 1)) * grainUs;
      const untilUs = atUs + windowUs;
      const met = busy.find((each) => atUs < each.untilUs && untilUs + marginUs > each.atUs);
      if (met) {
        fromUs = Math.max(wholeSecond(met.untilUs), fromUs + secondUs);
        continue;
      }
      planned.push({ atUs, untilUs, step });
      fromUs += everyMs * 1000;
    }
    return planned;
  });
}

/**
 * A window whose step began `lateUs` after it was planned to; at the next whole second, where it was to begin at one, if that leaves it
 * in its step and touches nothing that is `busy` as planned.
 */
export function movedWindow(
  { atUs, untilUs, step }: PlannedWindow,
  lateUs: number,
  { endUs }: PlannedStep,
  busy: readonly Stretch[],
): PlannedWindow {
  const restUs = atUs % secondUs === 0 ? wholeSecond(atUs + lateUs) - (atUs + lateUs) : 0;
  const isFree = (restUs: number) =>
    untilUs + restUs + marginUs <= endUs &&
    !busy.some((each) => atUs + restUs < each.untilUs && untilUs + restUs + marginUs > each.atUs);
  const movedUs = lateUs + (isFree(restUs) ? restUs : 0);
  return { atUs: atUs + movedUs, untilUs: untilUs + movedUs, step };
}

function wholeSecond(us: number): number {
  return Math.ceil(us / secondUs) * secondUs;
}
