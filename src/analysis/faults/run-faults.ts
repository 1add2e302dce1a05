/** What a run says of its faults, conditions and roles. */
import type { LoadBins, LoadEnd } from '../../model/load.ts';
import { isObservation, type RawRun } from '../../model/raw-run.ts';
import type { RunResult, StepResult } from '../../model/run-result.ts';
import type { ConditionChange, FaultMoment, RoleChange } from '../../model/sample.ts';
import { ofKind } from '../run/of-kind.ts';
import type { StepSpan } from '../run/step-spans.ts';
import { conditionOutcomes, convergencesOf, roleOutcomes } from './convergence.ts';
import { faultOutcomes } from './fault-outcomes.ts';
import { faultTimes } from './fault-times.ts';

/** What became of each fault; nothing where none were asked for. */
export function faultsOf(
  { manifest, outcome, samples }: RawRun,
  steps: readonly StepResult[],
  spans: readonly StepSpan[],
): Pick<RunResult, 'faults'> {
  const { scenario } = manifest;
  if (isObservation(scenario) || !scenario.faults || scenario.faults.length === 0) return {};
  const faults = faultOutcomes({
    faults: scenario.faults,
    moments: ofKind<FaultMoment>(samples, 'fault'),
    bins: ofKind<LoadBins>(samples, 'bins'),
    spans,
    steps: scenario.load.steps,
    slo: scenario.slo,
    isComplete: outcome?.status === 'complete',
    ownErrorUsAt: (us) => steps.findLast(({ startUs }) => us >= startUs)?.ownErrorUs?.p99 ?? 0,
  });
  return { faults };
}

/** What was seen of conditions and roles; nothing where the scenario has none. */
export function membershipOf({
  manifest,
  outcome,
  samples,
}: RawRun): Pick<RunResult, 'conditions' | 'convergences' | 'roles'> {
  const { scenario } = manifest;
  if (isObservation(scenario)) return {};
  const lastUs = samples.reduce((last, sample) => ('atUs' in sample ? Math.max(last, sample.atUs) : last), 0);
  const endUs = outcome?.endUs ?? lastUs;
  const evidence = {
    conditions: Object.keys(scenario.conditions ?? {}),
    changes: ofKind<ConditionChange>(samples, 'condition'),
    faults: faultTimes(ofKind<FaultMoment>(samples, 'fault')),
    firstStartUs: manifest.firstStartUs,
    // What is taken back because the load is over is no event of it.
    endUs: ofKind<LoadEnd>(samples, 'end')[0]?.lastDueUs ?? endUs,
  };
  const roles = roleOutcomes(Object.keys(scenario.roles ?? {}), ofKind<RoleChange>(samples, 'role'), endUs);
  return {
    ...(scenario.conditions ? { conditions: conditionOutcomes(evidence), convergences: convergencesOf(evidence) } : {}),
    ...(scenario.roles ? { roles } : {}),
  };
}
