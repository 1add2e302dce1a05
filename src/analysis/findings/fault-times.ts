/** In which measured steps faults were in force or felt, so that nobody is blamed for what was done to him. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { RunEvidence } from './rule.ts';

/** Whether users were hurt by it. */
export function didHarm({ recovery }: FaultOutcome): boolean {
  return recovery.state === 'recovered' || recovery.state === 'not-recovered';
}

/** Until when it was in force or felt. */
export function feltUntilUs({ startUs = 0, endUs, recovery }: FaultOutcome): number {
  if (recovery.state === 'not-recovered') return Number.POSITIVE_INFINITY;
  const wellUs = Math.max(startUs + (recovery.afterUs ?? 0), (endUs ?? startUs) + (recovery.afterEndUs ?? 0));
  return Math.max(endUs ?? Number.POSITIVE_INFINITY, wellUs);
}

/** The measured steps in which it was in force or felt. */
export function stepsOf(fault: FaultOutcome, steps: readonly StepResult[]): readonly StepResult[] {
  const { askedUs, startUs } = fault;
  if (startUs === undefined) return [];
  const untilUs = feltUntilUs(fault);
  return steps.filter((step) => step.startUs < untilUs && step.startUs + step.durationUs > askedUs);
}

/** Names of steps in which users were hurt by what the run did, and would be well without: no step of theirs tells what the system holds. */
export function stepsHurt({ faults = [], steps }: Pick<RunEvidence, 'faults' | 'steps'>): ReadonlySet<string> {
  const own = faults.filter((fault) => didHarm(fault) && fault.recovery.metastable !== true);
  return new Set(own.flatMap((fault) => stepsOf(fault, steps).map(({ name }) => name)));
}
