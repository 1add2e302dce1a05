/** Rules against the rest of their scenario: steps, requests, faults and conditions that they name, and what could never be broken. */
import { isStatusClass, isStatusOf } from '../model/error-class.ts';
import { isClosedLoop, type LoadSpec, namesOfRequests, type Scenario } from '../model/scenario.ts';
import { isStepRule, namedSteps, type SloRule } from '../model/slo-rule.ts';
import type { CrossMistake } from './cross-mistake.ts';

/** Every such mistake, at its place under `slo:`. */
export function sloMistakes(scenario: Scenario): CrossMistake[] {
  return scenario.slo.flatMap((rule, index) => {
    const at = (...keys: (string | number)[]) => ['slo', index, ...keys];
    const whole = isStepRule(rule) ? ruleMistakes(rule, scenario.load) : eventMistakes(rule, scenario);
    return [
      ...whole.map((message) => ({ path: at(), message })),
      ...(isStepRule(rule) ? stepMistakes(rule, scenario.load, at) : []),
    ];
  });
}

/** What is wrong with a rule about steps, whichever they are; also of rules that are given with a flag. */
export function ruleMistakes(rule: SloRule, load: LoadSpec): string[] {
  return [...requestMistakes(rule, load), ...statusMistakes(rule, load), ...closedMistakes(rule, load)];
}

function requestMistakes({ request, clock }: SloRule, { requests, flows = [] }: LoadSpec): string[] {
  const flowNames = flows.map(({ name }) => name);
  const names = [...namesOfRequests({ requests, flows }).filter((name) => name !== ''), ...flowNames];
  if (request !== undefined && clock === 'ttfb' && flowNames.includes(request))
    return [
      `has nothing to judge: ${request} is a flow, and its requests have first bytes (example: ${request}/${flows[0]?.requests[0]?.name})`,
    ];
  if (request === undefined || names.includes(request)) return [];
  const known = names.length === 0 ? 'load.requests has none' : `requests: ${names.join(', ')}`;
  return [`must name a request, got ${JSON.stringify(request)} (${known})`];
}

/** A status that is a good answer is no failure, and is not counted. */
function statusMistakes({ kind, request }: SloRule, { requests, flows = [] }: LoadSpec): string[] {
  if (kind === undefined || !isStatusClass(kind)) return [];
  const names = namesOfRequests({ requests, flows });
  const all = [...requests, ...flows.flatMap((flow) => flow.requests)];
  const own = all.filter((_, at) => request === undefined || isOf(names[at] ?? '', request));
  const codes = Array.from({ length: 500 }, (_, at) => at + 100).filter((status) => isStatusOf(status, kind));
  const isGood = (wanted: readonly number[], status: number) =>
    wanted.length > 0 ? wanted.includes(status) : status < 400;
  if (own.length === 0 || own.some(({ expect }) => codes.some((status) => !isGood(expect.status, status)))) return [];
  return [
    `is about nothing that is counted: ${kind} is a good answer here, and only failures are (expect.status says which are)`,
  ];
}

/** Whether a request is the one that a rule names, or of the flow that it names. */
function isOf(name: string, request: string): boolean {
  return name === request || name.startsWith(`${request}/`);
}

/** What a closed loop does not have. */
function closedMistakes({ metric, clock }: SloRule, load: LoadSpec): string[] {
  if (!isClosedLoop(load)) return [];
  if (metric === 'dropped') return ['would always hold: with mode: closed nothing waits, so nothing is dropped'];
  if (clock === 'lag') return ['has nothing to judge: with mode: closed there is no schedule to be late for'];
  return clock === 'ttfb' ? ['has nothing to judge: with mode: closed the first byte of an answer is not seen'] : [];
}

function stepMistakes(
  rule: SloRule,
  { steps }: LoadSpec,
  at: (...keys: (string | number)[]) => CrossMistake['path'],
): CrossMistake[] {
  const names = steps.map(({ name }) => name);
  return namedSteps(rule).flatMap((name, index) => {
    const path = rule.steps ? at('steps', index) : at('step');
    const known = steps.find((step) => step.name === name);
    if (!known)
      return [{ path, message: `must name a step, got ${JSON.stringify(name)} (steps: ${names.join(', ')})` }];
    if (known.measure || rule.abort) return [];
    return [{ path, message: `names a step that is not measured: ${JSON.stringify(name)}` }];
  });
}

function eventMistakes({ metric, of, after }: SloRule, { faults = [], conditions = {} }: Scenario): string[] {
  const names = faults.map(({ name }) => name);
  const isRecovery = metric === 'recovery';
  const all = isRecovery ? names : Object.keys(conditions);
  return [...ofMistakes(isRecovery ? 'fault' : 'condition', of, all), ...afterMistakes(after?.fault, names)];
}

function afterMistakes(fault: string | undefined, all: readonly string[]): string[] {
  if (fault === undefined || all.includes(fault)) return [];
  return [`after must name start or a fault, got ${JSON.stringify(fault)} (faults: ${all.join(', ') || 'none'})`];
}

function ofMistakes(what: 'fault' | 'condition', of: string | undefined, all: readonly string[]): string[] {
  if (all.length === 0) return [`needs ${what}s, and the scenario has none`];
  if (of === undefined || all.includes(of)) return [];
  return [`must name a ${what}, got ${JSON.stringify(of)} (${what}s: ${all.join(', ')})`];
}
