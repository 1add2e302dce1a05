/** Whether a run's numbers can be trusted at all: a run whose sums do not add up or whose generator was late is invalid, and says why. */

import { isObservation, type RecordedScenario } from '../../model/raw-run.ts';
import type { EarlyEnd, InvalidReason, StepResult } from '../../model/run-result.ts';
import { isClosedLoop, type Scenario } from '../../model/scenario.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';
import { exhaustedResources, saturatedLoop } from './generator-limits.ts';
import { brokenLittlesLaw } from './in-flight.ts';
import { starvedGenerator } from './starved-generator.ts';

/** A lag that is small against what was measured does no harm: this share of the response p99 is always allowed. */
const lagShareOfResponse = 0.05;

/**
 * What may be the generator's own is told beside each p99; a step of which it may be more than the scenario allows, and more than these
 * microseconds, says nothing of its target.
 */
const harmlessOwnUs = 5000;

/** What the scenario allows its generator. */
type Limits = Pick<Scenario, 'validity'>;

/** Every reason why the run is invalid; empty when it is valid. What a rule cut short may have arrivals without an outcome. */
export function invalidReasons(
  scenario: RecordedScenario,
  steps: readonly StepResult[],
  endedEarly?: EarlyEnd | undefined,
): InvalidReason[] {
  const measured = steps.filter((step) => step.kind === 'measure');
  if (isObservation(scenario)) return unseen(measured);
  const reasons = steps.flatMap((step) => [
    ...accounting(step),
    ...brokenLittlesLaw(step),
    ...exhaustedResources(step),
  ]);
  if (!isClosedLoop(scenario.load)) {
    reasons.push(
      ...measured.flatMap((step) => [
        ...(endedEarly ? [] : sentShare(scenario, step)),
        ...generatorLate(scenario, step),
        ...saturatedLoop(scenario, step),
        ...starvedGenerator(step),
      ]),
    );
  }
  return reasons;
}

/** Without load, what was seen of the targets is all there is. */
function unseen(measured: readonly StepResult[]): InvalidReason[] {
  const isSeen = measured.some(({ targets }) => Object.keys(targets).some((target) => target !== 'host'));
  if (isSeen) return [];
  return [{ code: 'nothing-observed', message: 'no target was seen even once; see the gaps and warnings for why' }];
}

function accounting(step: StepResult): InvalidReason[] {
  const { planned, completed, failed, timedOut, dropped, unfinished } = step.load;
  const sum = completed + failed + timedOut + dropped + unfinished;
  const lost = (what: string) => [
    { code: 'accounting', message: `${what}: rampart lost count, please report it`, step: step.name },
  ];
  if (sum !== planned)
    return lost(`${formatCount(planned)} arrivals were planned, but ${formatCount(sum)} have an outcome`);
  const { resent = 0, unsent = 0 } = step.load;
  const read = planned - unsent + resent;
  if (read < completed)
    return lost(`${formatCount(completed)} answers came, but only ${formatCount(read)} requests went`);
  return [];
}

function sentShare(scenario: Limits, step: StepResult): InvalidReason[] {
  const { planned, unfinished } = step.load;
  const share = planned === 0 ? 1 : (planned - unfinished) / planned;
  if (share >= scenario.validity.minSentShare) return [];
  const message = `only ${(share * 100).toFixed(1)} % of the planned arrivals have an outcome, ${(scenario.validity.minSentShare * 100).toFixed(1)} % are wanted: the load was cut off; repeat the run`;
  return [{ code: 'unfinished', message, step: step.name }];
}

/** Where it sent late the rest need not be said. */
function generatorLate(scenario: Limits, step: StepResult): InvalidReason[] {
  const late = lag(scenario, step);
  return late.length > 0 ? late : mostlyOwn(scenario, step);
}

/** How much of a step's response p99 may be its generator's own; a scenario that was recorded before that was measured allows all of it. */
export function ownErrorBudgetUs({ validity }: Limits, { responseUs }: StepResult): number {
  return Math.max(harmlessOwnUs, (validity.maxOwnShare ?? 1) * responseUs.p99);
}

/** How late its generator may be in a step: the p99 of its dispatch lag. */
export function lagBudgetUs({ validity }: Limits, { responseUs }: StepResult): number {
  return Math.max(validity.maxLagP99Ms * 1000, lagShareOfResponse * responseUs.p99);
}

function mostlyOwn(scenario: Limits, step: StepResult): InvalidReason[] {
  const { name, ownErrorUs, responseUs } = step;
  const ownUs = ownErrorUs?.p99 ?? 0;
  const allowedUs = ownErrorBudgetUs(scenario, step);
  if (ownUs <= allowedUs) return [];
  const message =
    `of response p99 ${formatLatencyUs(responseUs.p99)}, up to ${formatLatencyUs(ownUs)} may be the generator's own, at most ${formatLatencyUs(allowedUs)} is allowed: ` +
    'an echo of its own was answered as late as that; end what else runs on this machine, or give the generator a core of its own';
  return [{ code: 'generator-own-error', message, step: name }];
}

function lag(scenario: Limits, step: StepResult): InvalidReason[] {
  const budgetUs = lagBudgetUs(scenario, step);
  if (step.lagUs.p99 <= budgetUs) return [];
  const message =
    `the generator itself was late: dispatch lag p99 ${formatLatencyUs(step.lagUs.p99)}, at most ${formatLatencyUs(budgetUs)} is allowed; ` +
    'give it a core of its own, or lower the rate';
  return [{ code: 'generator-late', message, step: step.name }];
}
