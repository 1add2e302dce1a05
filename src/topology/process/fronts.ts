/** Which replicas need something before them to have faults of the network done, and whether anybody's traffic passes it; pure. */
import type { AskedFaults } from '../../model/contracts.ts';
import { usageError } from '../../model/errors.ts';
import { type FaultTarget, faultTargetsOf } from '../../model/fault.ts';
import { isNetworkAction } from '../network/program-faults.ts';
import type { PlacedReplica, Replica } from './replicas.ts';
import type { ReplicaPlan } from './service-process.ts';

/** Those that a fault of the network may be done to; whoever has a role may be any. */
export function frontedReplicas(asked: AskedFaults | undefined): (replica: Replica) => boolean {
  const wanted = networkFaults(asked).flatMap(({ action }) => faultTargetsOf(action));
  return (replica) => wanted.some((target) => isMeant(target, replica));
}

function networkFaults(asked: AskedFaults | undefined) {
  return (asked?.faults ?? []).flatMap(({ name, action }) => (isNetworkAction(action) ? [{ name, action }] : []));
}

function isMeant({ service, replica, role }: FaultTarget, of: Replica): boolean {
  if (role !== undefined) return true;
  return service === of.service && (replica === undefined || replica === of.number);
}

/** Throws a usageError for each fault that would meet nobody: nothing names what stands before its replicas. */
export function checkReached(asked: AskedFaults | undefined, replicas: readonly ReplicaPlan[]): void {
  const refused = networkFaults(asked).flatMap(({ name, action }) => {
    const from = action.kind === 'network' ? action.from : undefined;
    const isLoads = (service: string) => from === undefined && action.kind !== 'partition' && service === asked?.loadTo;
    const missed = replicas.filter(
      (one) =>
        faultTargetsOf(action).some((target) => target.role === undefined && isMeant(target, one)) &&
        !isLoads(one.service) &&
        !isReached(one, replicas, from),
    );
    if (missed.length === 0) return [];
    const who = from === undefined ? 'no service names' : `${from} does not name`;
    return [`fault ${JSON.stringify(name)}: ${who} ${missed.map(({ id }) => id).join(', ')}`];
  });
  if (refused.length === 0) return;
  throw usageError(
    'fault-refused',
    refused.join('\n'),
    `Faults of the network are done to local processes at an address that stands before them: name the service by \${<SERVICE>_HOST:-service}, or have it tell others "\${RAMPART_ADVERTISE_IP:-}" as its address; or run with --engine compose.`,
  );
}

/** Whether it tells its own address to others, or one of them was given it. */
function isReached({ id, front }: ReplicaPlan, replicas: readonly ReplicaPlan[], from: string | undefined): boolean {
  if (front === undefined) return false;
  const names = ({ env, args }: ReplicaPlan) => [...Object.values(env), ...args].some((text) => holds(text, front));
  return replicas.some((one) => (one.id === id || from === undefined || one.service === from) && names(one));
}

function holds(text: string, address: string): boolean {
  const at = text.indexOf(address);
  return at >= 0 && !/[\d.]/.test(text.slice(at + address.length).charAt(0));
}

/** What the user should know of what stands in the path for the whole run. */
export function frontWarnings(placed: readonly PlacedReplica[]): string[] {
  const fronted = placed.filter(({ front }) => front !== undefined).map(({ id }) => id);
  if (fronted.length === 0) return [];
  return [
    `TCP connections to ${fronted.join(', ')} pass a proxy of rampart for the whole run, so that faults of the network can be put in force: some 0.1 ms more for a request; what they open themselves and UDP does not`,
  ];
}
