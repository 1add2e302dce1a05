/** Who sends what is armed, and says when the rest is due. */
import type { StampLine } from '../echo/echo-line.ts';
import type { ScheduleSpec } from '../schedule/arrivals.ts';
import type { ArmedRing } from './armed-ring.ts';

/**
 * Until it is stopped, sends each request that lies armed in its ring at its due time, and calls `wake` near the due times of
 * the others; without one, arrivals are up to 10 ms late.
 */
export interface Pacer {
  /** The n-th arrival of the schedule has the number n here, from 0; without a ring it only wakes. */
  readonly ring?: ArmedRing;
  /** The schedule's times count from `originHrUs`, microseconds of `process.hrtime`; stamps go out on `line`. */
  start(schedule: ScheduleSpec, originHrUs: number, wake: () => void, line?: StampLine): void;
  stop(): void;
}
