/** In which steps users paid for something, and how severe a finding may therefore be: a fact without a cost is a note. */
import type { Finding } from '../../model/finding.ts';
import type { StepResult } from '../../model/run-result.ts';
import { type Break, breakOf, brokenSteps } from '../run/break-step.ts';
import { judgeSlo } from '../run/slo.ts';
import { stepsHurt } from './fault-times.ts';
import type { RunEvidence } from './rule.ts';

/** A tail so far above the median, and long enough to be felt, is paid by someone although the step is like the first. */
const tailFactor = 10;
const feltUs = 20_000;

/** Ids of the findings that tell what users saw, and no cause: they follow from whatever else was found. */
export const whatUsersSee = ['throughput-ceiling', 'latency-knee', 'response-leaves-service'] as const;

/**
 * Steps with failures, fewer answers than arrivals, a p99 that left its level, or a rule that was broken; without those in which a fault of
 * the run hurt users, whatever else they paid for there.
 */
export function harmedSteps(run: RunEvidence): ReadonlySet<string> {
  const { steps, series, scenario } = run;
  const broken = judgeSlo(scenario.slo, steps).filter(({ outcome }) => outcome === 'fail');
  const harmed = [...brokenSteps({ steps, series, slo: scenario.slo }), ...broken.flatMap(({ step }) => step ?? [])];
  const hurt = stepsHurt(run);
  return new Set(harmed.filter((name) => !hurt.has(name)));
}

/** Where a run broke, without the steps in which a fault of the run hurt users: what the run did itself says nothing of the rate that holds. */
export function breakWithoutFaults(run: Pick<RunEvidence, 'steps' | 'series' | 'scenario' | 'faults'>): Break {
  const { steps, series, scenario } = run;
  const hurt = stepsHurt(run);
  return breakOf({ steps: steps.filter(({ name }) => !hurt.has(name)), series, slo: scenario.slo });
}

/** Whether a few requests wait far longer than most, which is what a service looks like that stands still now and then. */
export function hasLongTail({ responseUs, ownErrorUs }: StepResult): boolean {
  const p99 = responseUs.p99 - (ownErrorUs?.p99 ?? 0);
  return responseUs.count > 0 && p99 > feltUs && p99 > tailFactor * responseUs.p50;
}

/** The severity where users paid in one of these steps, else that of a fact. */
export function severityWhere(
  isPaid: (step: StepResult) => boolean,
  steps: readonly StepResult[],
  paid: Exclude<Finding['severity'], 'note'> = 'warning',
): Finding['severity'] {
  return steps.some(isPaid) ? paid : 'note';
}
