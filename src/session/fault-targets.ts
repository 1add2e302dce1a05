/** The replicas that a fault is done to, looked up at the moment it begins. */
import { environmentError } from '../model/errors.ts';
import { type FaultAction, type FaultTarget, faultTargetsOf, faultTargetText } from '../model/fault.ts';
import { seededUniform } from '../model/random.ts';
import type { Target } from '../model/topology.ts';

/** Those of a role at this moment; rejects when nobody can be found. */
export type FindRole = (role: string, signal: AbortSignal) => Promise<readonly Target[]>;

/** What targets are looked up in; `seed` decides which replicas are drawn. */
interface Lookup {
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly whoHas: FindRole;
}

/** An action with its targets; the groups of a partition name replicas by their numbers. */
export interface ResolvedAction {
  readonly action: FaultAction;
  readonly targets: readonly Target[];
}

/**
 * Looks up what an action is done to; rejects when a replica that is named is away or none is left. A replica that several groups of a
 * partition name belongs to the first of them: the leader, and all others.
 */
export async function resolveAction(action: FaultAction, lookup: Lookup, signal: AbortSignal): Promise<ResolvedAction> {
  if (action.kind === 'scale') return { action, targets: present(lookup.targets, action.service) };
  if (action.kind !== 'partition') {
    const found = await Promise.all(faultTargetsOf(action).map((target) => resolveTarget(target, lookup, signal)));
    return { action, targets: found.flat() };
  }
  const taken = new Set<Target>();
  const groups: FaultTarget[][] = [];
  for (const group of action.groups) {
    const found = await Promise.all(group.map((target) => resolveTarget(target, lookup, signal)));
    const own = [...new Set(found.flat())].filter((target) => !taken.has(target));
    if (own.length === 0)
      throw cannot(`no replica is left for the group ${group.map(faultTargetText).join(', ')}: others have them all`);
    for (const target of own) taken.add(target);
    groups.push(own.map((target) => ({ service: target.service, replica: replicaNumber(target, lookup.targets) })));
  }
  return { action: { ...action, groups }, targets: [...taken] };
}

async function resolveTarget(of: FaultTarget, lookup: Lookup, signal: AbortSignal): Promise<readonly Target[]> {
  if (of.role !== undefined) return await lookup.whoHas(of.role, signal);
  const { targets, seed } = lookup;
  const there = present(targets, of.service);
  if (of.replica !== undefined) {
    const named = ofService(targets, of.service).find((one) => replicaNumber(one, targets) === of.replica);
    if (named?.isAway) throw cannot(`${named.id} is not there`);
    if (named) return [named];
    throw cannot(`there is no ${faultTargetText(of)}; targets are ${idsOf(targets)}`);
  }
  if (there.length === 0) throw cannot(`no replica of ${of.service} is there; targets are ${idsOf(targets)}`);
  if (of.pick === undefined) return there;
  if (of.pick > there.length) throw cannot(`only ${there.length} of ${of.service} are there, ${of.pick} are wanted`);
  return draw(there, of.pick, seed);
}

/** `count` of them, in the order in which they stand. */
function draw(from: readonly Target[], count: number, seed: number): readonly Target[] {
  const next = seededUniform(seed);
  const drawn = from
    .map((target) => ({ target, lot: next() }))
    .toSorted((one, other) => one.lot - other.lot)
    .slice(0, count);
  return from.filter((target) => drawn.some((each) => each.target === target));
}

/** Its number in its service, from 1: that of its id, else its place. */
function replicaNumber(target: Target, targets: readonly Target[]): number {
  const ending = /-([1-9]\d*)$/.exec(target.id)?.[1];
  const isOwn = ending !== undefined && target.id === `${target.service}-${ending}`;
  return isOwn ? Number(ending) : ofService(targets, target.service).indexOf(target) + 1;
}

function ofService(targets: readonly Target[], service: string): readonly Target[] {
  return targets.filter((each) => each.service === service);
}

function present(targets: readonly Target[], service: string): readonly Target[] {
  return ofService(targets, service).filter(({ isAway }) => !isAway);
}

function idsOf(targets: readonly Target[]): string {
  return targets.map(({ id, isAway }) => (isAway ? `${id} (away)` : id)).join(', ') || 'none';
}

function cannot(message: string) {
  return environmentError('fault-failed', message);
}
