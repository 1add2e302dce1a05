/** Control groups of replicas that faults will limit: made where this machine allows it, kept in mind until they are gone. */
import {
  type Controller,
  controlGroupPath,
  emptyGroup,
  findGroupPlaces,
  type GroupPlace,
  limitGroup,
  makeControlGroup,
  moveToGroup,
  removeControlGroup,
} from '../../host/control-groups.ts';
import { membersOf } from '../../host/process-group.ts';
import type { AskedFaults } from '../../model/contracts.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import { type FaultAction, faultTargetsOf } from '../../model/fault.ts';
import type { Log } from '../../model/host.ts';
import type { Notebook } from '../orphans/notes.ts';

/** A replica that may be limited. */
interface Limited {
  readonly id: string;
  readonly service: string;
  /** The leader of its processes. */
  readonly pid: number | undefined;
}

/** The groups of one run. */
export interface ReplicaGroups {
  /** Puts what was just started where the replica's limits are. */
  onStart(replica: Limited): Promise<void>;
  /** Limits it; what it gives back lifts that. */
  limit(replica: Limited, controller: Controller, most: number): Promise<() => Promise<void>>;
  /** Removes all of them; what ran in them has ended. */
  close(): Promise<void>;
}

interface Group {
  readonly place: GroupPlace;
  readonly path: string;
  readonly notePath: string;
  /** Whether it is there for as long as the run. */
  readonly stays: boolean;
  readonly limits: Set<Controller>;
}

/** Throws an environmentError where a fault needs what this machine does not allow. */
export function planGroups(asked: AskedFaults | undefined): ReadonlyMap<Controller, GroupPlace> {
  const limiting = (asked?.faults ?? []).flatMap(({ name, action }) => {
    const controller = controllerOf(action);
    return controller ? [{ name: JSON.stringify(name), controller }] : [];
  });
  if (limiting.length === 0) return new Map();
  const places = findGroupPlaces([...new Set(limiting.map(({ controller }) => controller))]);
  if (!('why' in places)) return places;
  throw environmentError(
    'fault-failed',
    `the faults ${limiting.map(({ name }) => name).join(', ')} limit what a process may use, and no control group can be made for that here: ${places.why}`,
    'Run it as root, or in a scope of your own (systemd-run --user --scope rampart run ...), or with --engine compose.',
  );
}

/** None made yet. */
export function createReplicaGroups(
  places: ReadonlyMap<Controller, GroupPlace>,
  asked: AskedFaults | undefined,
  notes: Notebook,
  log: Log,
): ReplicaGroups {
  /** By replica. */
  const groups = new Map<string, Group[]>();
  const ofMemory = memoryServices(asked);

  async function groupOf({ id }: Limited, controller: Controller, stays: boolean): Promise<Group> {
    const place = places.get(controller);
    if (!place) throw environmentError('fault-failed', `no control group for ${controller} was planned`);
    const own = groups.get(id) ?? [];
    groups.set(id, own);
    const path = controlGroupPath(place, id);
    const known = own.find((group) => group.path === path);
    if (known) return known;
    const notePath = await notes.write({ kind: 'group', path, enabled: place.enabled });
    makeControlGroup(path, place);
    const group = { place, path, notePath, stays, limits: new Set<Controller>() };
    own.push(group);
    return group;
  }

  async function remove(id: string, group: Group): Promise<void> {
    groups.set(
      id,
      (groups.get(id) ?? []).filter((other) => other !== group),
    );
    await removeControlGroup(group.path, group.place.enabled);
    await notes.remove(group.notePath);
  }

  return {
    async onStart(replica) {
      // What memory a process had before it came is not counted (version 2), so it comes before it has any.
      if (ofMemory === 'all' || ofMemory.has(replica.service)) await groupOf(replica, 'memory', true);
      for (const { path } of groups.get(replica.id) ?? []) moveToGroup(path, pidsOf(replica));
    },
    async limit(replica, controller, most) {
      const group = await groupOf(replica, controller, false);
      const lift = async () => {
        limitGroup(group.path, group.place, controller, undefined);
        group.limits.delete(controller);
        if (group.stays || group.limits.size > 0) return;
        emptyGroup(group.path, group.place);
        await remove(replica.id, group);
      };
      group.limits.add(controller);
      try {
        moveToGroup(group.path, pidsOf(replica));
        limitGroup(group.path, group.place, controller, most);
      } catch (error) {
        await lift();
        throw environmentError('fault-failed', `${replica.id} cannot be limited: ${whyNot(error)}`);
      }
      return lift;
    },
    async close() {
      for (const [id, own] of [...groups])
        for (const group of own)
          await remove(id, group).catch((error: unknown) =>
            log.warn(`control group ${group.path} is left: ${messageOf(error)}`),
          );
    },
  };
}

function controllerOf(action: FaultAction): Controller | undefined {
  if (action.kind === 'memory') return 'memory';
  return action.kind === 'cpu' && action.cores !== undefined ? 'cpu' : undefined;
}

/** Whoever has a role may be of any service. */
function memoryServices(asked: AskedFaults | undefined): ReadonlySet<string> | 'all' {
  const targets = (asked?.faults ?? []).flatMap(({ action }) =>
    action.kind === 'memory' ? faultTargetsOf(action) : [],
  );
  return targets.some(({ role }) => role !== undefined) ? 'all' : new Set(targets.map(({ service }) => service));
}

function pidsOf({ pid }: Limited): number[] {
  return pid === undefined ? [] : membersOf(pid);
}

/** Version 1 refuses a memory limit below what the kernel cannot take away at once. */
function whyNot(error: unknown): string {
  const said = messageOf(error);
  return said.includes('EBUSY') ? `it uses more than that already, and the kernel cannot take it away (${said})` : said;
}
