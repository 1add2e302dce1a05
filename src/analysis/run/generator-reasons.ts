/** Why a run over several generators is invalid although all of them together look well: one that was lost, held back, late, began late, or whose clock is not known. */
import { isObservation, type RecordedScenario } from '../../model/raw-run.ts';
import type { InvalidReason, StepResult } from '../../model/run-result.ts';
import type { Scenario } from '../../model/scenario.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';
import type { GeneratorPart, GeneratorStep } from './generators.ts';
import { startSkew } from './start-skew.ts';
import { lagBudgetUs, ownErrorBudgetUs } from './validity.ts';

/** One that is held back for more of a step has that in its p99. */
const mostThrottledShare = 0.01;

/** The finest stretch of time in which arrivals of several generators are told together: with faults, and without. */
const finestUs = { faults: 20_000, plain: 100_000 } as const;

/** Every such reason; `known` is what all of them together are invalid for, which is not said again of each. */
export function generatorReasons(
  scenario: RecordedScenario,
  parts: readonly GeneratorPart[],
  steps: readonly StepResult[],
  known: readonly InvalidReason[],
): InvalidReason[] {
  if (isObservation(scenario)) return [];
  const isKnown = (code: string, step: string) => known.some((each) => each.code === code && each.step === step);
  const limitUs = (scenario.faults ?? []).length > 0 ? finestUs.faults : finestUs.plain;
  return parts.flatMap((part) => [
    ...lost(part, hasVisits(scenario)),
    ...(scenario.validity?.mayShareNode ? [] : sharedNode(part)),
    ...clock(part, limitUs),
    ...part.steps.flatMap((own) => {
      const whole = steps.find(({ name, kind }) => name === own.step && kind === 'measure');
      if (!whole) return [];
      const lagBudget = lagBudgetUs(scenario, whole);
      const behind = isKnown('generator-late', own.step) ? [] : late(part, own, lagBudget);
      return [
        ...behind,
        ...(behind.length === 0 && whole === steps[0] ? startSkew(part, own.step, lagBudget) : []),
        ...(isKnown('generator-own-error', own.step) ? [] : mostlyOwn(part, own, ownErrorBudgetUs(scenario, whole))),
        ...throttled(part, own),
      ];
    }),
  ]);
}

/** Whether an arrival may have come to more than one request. */
function hasVisits({ load }: Scenario): boolean {
  return (load.flows ?? []).some(({ requests }) => requests.length > 1);
}

function lost({ result: { lost: why, lostArrivals = 0 } }: GeneratorPart, mayGoOn: boolean): InvalidReason[] {
  if (why === undefined) return [];
  const where = mayGoOn ? ', those of flows at the last request that was told of them' : '';
  const counted = lostArrivals > 0 ? `; ${formatCount(lostArrivals)} of its arrivals count as unfinished${where}` : '';
  return [{ code: 'generator-lost', message: `${why}${counted}` }];
}

function sharedNode({ result: { name, node, sharesNodeWith = [] } }: GeneratorPart): InvalidReason[] {
  if (sharesNodeWith.length === 0) return [];
  const [first, ...others] = sharesNodeWith;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const message =
    `generator ${name} shared node ${node} with ${first}${more}: each takes processors from the other; ` +
    'keep them apart (load.generators.node: separate), or accept it for this scenario (validity.mayShareNode: true)';
  return [{ code: 'generator-shares-node', message }];
}

function clock({ result: { name, uncertaintyUs, driftUs = 0 } }: GeneratorPart, limitUs: number): InvalidReason[] {
  const beyondUs = uncertaintyUs + Math.abs(driftUs);
  if (beyondUs <= limitUs) return [];
  const message =
    `the clock of generator ${name} is known to ${formatLatencyUs(beyondUs)} only (${formatLatencyUs(uncertaintyUs)} of the exchanges, ${formatLatencyUs(Math.abs(driftUs))} of drift), at most ${formatLatencyUs(limitUs)} is allowed: ` +
    'what it sent may belong to other moments; put it nearer to the coordinator, or let NTP keep both clocks';
  return [{ code: 'generator-clock', message }];
}

function late(
  { result: { name } }: GeneratorPart,
  { step, lagP99Us }: GeneratorStep,
  budgetUs: number,
): InvalidReason[] {
  if (lagP99Us <= budgetUs) return [];
  const message =
    `generator ${name} was late: dispatch lag p99 ${formatLatencyUs(lagP99Us)}, at most ${formatLatencyUs(budgetUs)} is allowed; ` +
    'give it a core of its own, or lower the rate';
  return [{ code: 'generator-late', message, step }];
}

function mostlyOwn(
  { result: { name } }: GeneratorPart,
  { step, ownErrorP99Us = 0 }: GeneratorStep,
  budgetUs: number,
): InvalidReason[] {
  if (ownErrorP99Us <= budgetUs) return [];
  const message = `of the response p99 that generator ${name} saw, up to ${formatLatencyUs(ownErrorP99Us)} may be its own, at most ${formatLatencyUs(budgetUs)} is allowed; end what else runs on its machine`;
  return [{ code: 'generator-own-error', message, step }];
}

function throttled({ result }: GeneratorPart, { step, throttledMs, durationUs }: GeneratorStep): InvalidReason[] {
  const share = (throttledMs * 1000) / Math.max(1, durationUs);
  if (share <= mostThrottledShare) return [];
  const limit = result.cpuLimit === undefined ? '' : ` of ${result.cpuLimit} cores`;
  const message = `generator ${result.name} was held back by its CPU limit${limit} for ${(share * 100).toFixed(1)} % of the step, at most ${mostThrottledShare * 100} % is allowed: give it more, or take the limit away`;
  return [{ code: 'generator-throttled', message, step }];
}
