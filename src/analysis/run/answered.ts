/** How many requests were answered, where an arrival may have several. */
import type { StepResult } from '../../model/run-result.ts';

/** Requests of the arrivals that were answered well, per second: as many as arrivals where each has one. */
export function answeredRps({ completedRps, planned, requests = planned }: StepResult['load']): number {
  return planned > 0 ? (completedRps * requests) / planned : completedRps;
}

/** The same counted over the step. */
export function answeredCount({ completed, planned, requests = planned }: StepResult['load']): number {
  return planned > 0 ? Math.round((completed * requests) / planned) : completed;
}
