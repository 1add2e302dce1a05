/** What every finding is: a rule over the steps of a run. */
import type { Finding, StepResult } from '../../model/run-result.ts';

/** A finding function: the measured steps in, at most one finding out. */
export type FindingRule = (steps: readonly StepResult[]) => Finding | undefined;
