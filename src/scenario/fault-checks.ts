/** What is wrong between faults, conditions, roles and the rest of a scenario, before anything is started. */
import {
  type FaultAction,
  type FaultSpec,
  type FaultTarget,
  faultTargetsOf,
  faultTargetText,
  untilRecovered,
} from '../model/fault.ts';
import type { Scenario } from '../model/scenario.ts';
import { formatDurationMs } from '../model/units.ts';
import type { CrossMistake } from './cross-mistake.ts';
import type { KnownKinds } from './known-kinds.ts';

/** Every such mistake. */
export function faultMistakes(scenario: Scenario, known: KnownKinds): CrossMistake[] {
  const { faults = [] } = scenario;
  return [
    ...faults.flatMap((fault, index) => [
      ...timeMistakes(fault, index, scenario),
      ...nameMistakes(fault, index, scenario),
      ...engineMistakes(fault, index, scenario, known),
    ]),
    ...clashes(faults),
    ...variantMistakes(scenario),
    ...conditionMistakes(scenario),
  ];
}

function place(index: number, message: string): CrossMistake {
  return { path: ['faults', index], message };
}

function loadMs({ load }: Scenario): number {
  return load.steps.reduce((total, { durationMs }) => total + durationMs, 0);
}

/** When it ends at the latest, milliseconds from the first step; a restart is over as soon as it can be, though not at once. */
function endMs({ atMs, forMs, action }: FaultSpec): number {
  return atMs + (forMs ?? (action.kind === 'restart' ? 1 : Number.POSITIVE_INFINITY));
}

function timeMistakes(fault: FaultSpec, index: number, scenario: Scenario): CrossMistake[] {
  const whole = loadMs(scenario);
  const length = formatDurationMs(whole);
  if (fault.atMs >= whole)
    return [place(index, `begins at ${formatDurationMs(fault.atMs)}, when the load of ${length} is over`)];
  if (fault.forMs !== undefined && endMs(fault) > whole)
    return [
      place(
        index,
        `ends at ${formatDurationMs(endMs(fault))}, after the load of ${length}: what users see of its end would not be known`,
      ),
    ];
  return [];
}

function nameMistakes(
  fault: FaultSpec,
  index: number,
  { faults = [], conditions = {}, roles = {} }: Scenario,
): CrossMistake[] {
  const mistakes: CrossMistake[] = [];
  if (faults.findIndex(({ name }) => name === fault.name) < index)
    mistakes.push(place(index, 'is the name of two faults: give one of them another'));
  const { until } = fault;
  if (until !== undefined && until !== untilRecovered && !(until in conditions))
    mistakes.push(
      place(
        index,
        `until must be ${untilRecovered} or a condition, got ${JSON.stringify(until)} (conditions: ${listed(conditions)})`,
      ),
    );
  for (const { role } of faultTargetsOf(fault.action))
    if (role !== undefined && !(role in roles))
      mistakes.push(place(index, `there is no role ${JSON.stringify(role)} (roles: ${listed(roles)})`));
  return mistakes;
}

function listed(named: Readonly<Record<string, unknown>>): string {
  return Object.keys(named).join(', ') || 'none';
}

function engineMistakes(
  fault: FaultSpec,
  index: number,
  { topology }: Scenario,
  { topologyEngines }: KnownKinds,
): CrossMistake[] {
  const engine = topologyEngines.find(({ kind }) => kind === topology.engine);
  if (!engine) return [];
  const mistake = engine.faultMistake
    ? engine.faultMistake(fault.action)
    : `engine: ${engine.kind} can do nothing to what it runs`;
  return mistake === undefined ? [] : [place(index, mistake)];
}

/** Two faults that would be in force at a time although one leaves nothing for the other, or undoes it. */
function clashes(faults: readonly FaultSpec[]): CrossMistake[] {
  const inTime = [...faults.entries()].sort(([, a], [, b]) => a.atMs - b.atMs);
  return inTime.flatMap(([index, later], nth) =>
    inTime.slice(0, nth).flatMap(([, earlier]) => {
      const why = later.atMs < endMs(earlier) ? clash(earlier.action, later.action) : undefined;
      return why === undefined ? [] : [place(index, `overlaps ${JSON.stringify(earlier.name)}: ${why}`)];
    }),
  );
}

const stopping = ['kill', 'pause', 'restart'];

function clash(one: FaultAction, other: FaultAction): string | undefined {
  const [shared] = faultTargetsOf(one).filter((a) => faultTargetsOf(other).some((b) => mayBeSame(a, b)));
  if (!shared) return undefined;
  const name = faultTargetText(shared);
  if (one.kind === other.kind) {
    const { port: a } = one as { port?: number };
    const { port: b } = other as { port?: number };
    const isElsewhere = a !== undefined && b !== undefined && a !== b;
    return isElsewhere ? undefined : `both are ${one.kind} of ${name}, and the end of one would end the other`;
  }
  if (stopping.includes(one.kind) && stopping.includes(other.kind)) return `${name} is stopped already by ${one.kind}`;
  const kinds = [one.kind, other.kind];
  if (kinds.includes('scale') && kinds.some((kind) => stopping.includes(kind)))
    return `scale decides which replicas of ${name} there are`;
  return undefined;
}

/** Those drawn or found by role may be any of a service, or of all. */
function mayBeSame(a: FaultTarget, b: FaultTarget): boolean {
  if (a.role !== undefined || b.role !== undefined) return a.role === b.role;
  if (a.service !== b.service) return false;
  return a.replica === undefined || b.replica === undefined || a.replica === b.replica;
}

function variantMistakes({ variants = {}, faults = [] }: Scenario): CrossMistake[] {
  const known = faults.map(({ name }) => name);
  return Object.entries(variants).flatMap(([variant, { faults: chosen = [] }]) =>
    chosen
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: ['variants', variant, 'faults'],
        message: `must name faults of the scenario, got ${JSON.stringify(name)} (faults: ${known.join(', ') || 'none'})`,
      })),
  );
}

function conditionMistakes({ conditions = {}, roles = {}, topology }: Scenario): CrossMistake[] {
  const unknown = (topology.readyWhen ?? []).filter((name) => !(name in conditions));
  return [
    ...unknown.map((name) => ({
      path: ['topology', 'ready', 'when'],
      message: `must name conditions, got ${JSON.stringify(name)} (conditions: ${listed(conditions)})`,
    })),
    ...Object.entries(roles).flatMap(([name, { question }]) =>
      question.kind === 'agree' || question.kind === 'log'
        ? [
            {
              path: ['roles', name],
              message: `must be asked of each replica at any time, by http or metric; ${question.kind} cannot tell who has it now`,
            },
          ]
        : [],
    ),
  ];
}
