/** Whether something happened in a step. */
import type { StepResult } from '../../model/run-result.ts';

/** From its start up to, and without, its end. */
export function isInStep({ startUs, durationUs }: StepResult, atUs: number): boolean {
  return atUs >= startUs && atUs < startUs + durationUs;
}
