/** Several generators that did not begin as one: what a step that is measured from the load's beginning bears of that. */
import type { InvalidReason, StepResult } from '../../model/run-result.ts';
import { formatLatencyUs } from '../../model/units.ts';
import type { GeneratorPart } from './generators.ts';

/** On top of what their clocks may be apart: measured alone they began within 0.3 ms, and within 8 ms where four threads wanted one core. */
const harmlessUs = 5000;
/** The finest stretch of time in which arrivals are told: one that begins later than that sends what belongs to the stretches before. */
const mostUs = 100_000;

/** How long after it was due a generator may send its first arrival before that is told. */
function borneUs({ result }: GeneratorPart): number {
  return harmlessUs + result.uncertaintyUs;
}

/** One warning for all that began late in a measured step. */
export function startSkewWarnings(parts: readonly GeneratorPart[], [first]: readonly StepResult[]): string[] {
  if (first?.kind !== 'measure') return [];
  const late = parts.filter((part) => skewOf(part) > borneUs(part));
  if (late.length === 0) return [];
  const told = late.map((part) => `${part.result.name} ${formatLatencyUs(skewOf(part))}`).join(', ');
  return [
    `generators began later than 5 ms and what their clocks may be apart (${told}): until they had caught up, arrivals of step ${first.name} came closer together than planned; begin with a step that is not measured (measure: false), or give each generator a core of its own`,
  ];
}

/** Why a measured step is not as planned that a generator began late in; its lag may be what the scenario allows, `budgetUs`. */
export function startSkew(part: GeneratorPart, step: string, budgetUs: number): InvalidReason[] {
  const skewUs = skewOf(part);
  const allowedUs = Math.max(mostUs + part.result.uncertaintyUs, budgetUs);
  if (skewUs <= allowedUs) return [];
  const message =
    `generator ${part.result.name} began ${formatLatencyUs(skewUs)} late, at most ${formatLatencyUs(allowedUs)} is allowed, and then sent at once what had fallen due; ` +
    'begin with a step that is not measured (measure: false), or give it a core of its own';
  return [{ code: 'generator-start', message, step }];
}

function skewOf({ result }: GeneratorPart): number {
  return result.firstArrivalSkewUs ?? 0;
}
