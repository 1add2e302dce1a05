/** How many requests were answered, where an arrival may have several. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';

/** Of what was planned; what is less is the seconds at the edge of a step, and what was under way there. */
const hardlyLate = 0.01;

/** Requests of the arrivals that were answered well, per second: as many as arrivals where each has one. */
export function answeredRps({ completedRps, planned, requests = planned }: StepResult['load']): number {
  return planned > 0 ? (completedRps * requests) / planned : completedRps;
}

/** The same counted over the step. */
export function answeredCount({ completed, planned, requests = planned }: StepResult['load']): number {
  return planned > 0 ? Math.round((completed * requests) / planned) : completed;
}

/**
 * How many answers came within a step, and how many of its own arrivals were answered well only after it: `1,959/s answered within the step,
 * at least 961/s more only after it`. More of them may be late by as many as answers of earlier steps came within this one.
 */
export function answeredText({ load, durationUs }: Pick<StepResult, 'load' | 'durationUs'>): string {
  const { completed, completedRps, plannedRps } = load;
  const lateRps = durationUs > 0 ? (completed * 1e6) / durationUs - completedRps : 0;
  const within = `${formatNumber(completedRps)}/s answered`;
  if (lateRps <= hardlyLate * plannedRps) return within;
  return `${within} within the step, at least ${formatNumber(lateRps)}/s more only after it`;
}
