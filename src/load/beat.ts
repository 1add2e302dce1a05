/** What the metronome thread and the thread that sends have in common. */
import type { ArmedRing } from './armed-ring.ts';
import type { ScheduleSpec } from './schedule.ts';

/** What the metronome is told at the start; times of the schedule count from `originHrUs`. */
export interface BeatOrder {
  readonly schedule: ScheduleSpec;
  readonly originHrUs: number;
  /** Two shared cells, see `beatCells`. */
  readonly cells: Int32Array;
  readonly ring: ArmedRing;
  /** What is late by more is left to the other thread, which knows how to catch up without a burst. */
  readonly latestUs: number;
}

/** The shared cells: not 0 when the metronome must stop; not 0 while a wake-up is on its way. */
export const beatCells = { stop: 0, pending: 1, length: 2 } as const;

/** Arrivals late by no more than this go out together: beats and timers are no finer at high rates. */
export const burstUs = 2000;
