/** Which replicas a scenario asks for, and a loopback address for each that no other run uses. */
import { createHash } from 'node:crypto';
import { isPortFree, portHolder } from '../../host/ports.ts';
import { environmentError, usageError } from '../../model/errors.ts';
import type { ComposeService } from '../compose-file/service.ts';

/** One replica to start. */
export interface Replica {
  /** `<service>-<number>`, numbers from 1. */
  readonly id: string;
  readonly service: string;
  readonly number: number;
  /** Container ports that must be free on its address. */
  readonly ports: readonly number[];
  /** Where alone it listens. */
  readonly fixed?: string | undefined;
}

/** A replica and the loopback address that it alone may bind. */
export interface PlacedReplica extends Replica {
  readonly address: string;
  /** Another, under which others reach it: of what stands before it to have network faults done. */
  readonly front?: string | undefined;
}

/** The address under which others reach a replica. */
export function advertised({ address, front }: Pick<PlacedReplica, 'address' | 'front'>): string {
  return front ?? address;
}

/** How many of each service: the scenario's word, else the compose file's. */
export function replicaCounts(
  services: readonly ComposeService[],
  scale: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(services.map((service) => [service.name, scale[service.name] ?? service.replicas]));
}

/** The replicas of one service. */
export function replicasOf(
  service: string,
  count: number,
  ports: readonly number[],
  fixed?: string | undefined,
): Replica[] {
  if (fixed !== undefined && count > 1) {
    throw usageError(
      'fixed-address',
      `service ${service}: ${count} replicas cannot all listen on ${fixed}, which is the only address that it takes`,
      `run one of it, or let it take its address from a variable or a flag (example: ADDR: "\${RAMPART_IP}:8080")`,
    );
  }
  return Array.from({ length: count }, (_, index) => ({
    id: `${service}-${index + 1}`,
    service,
    number: index + 1,
    ports,
    fixed,
  }));
}

/** Blocks of addresses tried before giving up; two runs meet in one with a chance of 1 in 30,000. */
const attempts = 8;

/**
 * Places every replica on an address of its own whose ports are free, and what stands before some of them on others; environmentError
 * `port-taken` names the port and its holder.
 */
export async function placeReplicas(
  replicas: readonly Replica[],
  seed: string,
  hasFront: (replica: Replica) => boolean = () => false,
): Promise<PlacedReplica[]> {
  const fronts = replicas.filter(hasFront);
  const placed = await placeAll([...replicas, ...fronts.map((one) => ({ ...one, fixed: undefined }))], seed);
  const frontOf = new Map(placed.slice(replicas.length).map(({ id, address }) => [id, address]));
  return placed.slice(0, replicas.length).map((one) => ({ ...one, front: frontOf.get(one.id) }));
}

async function placeAll(replicas: readonly Replica[], seed: string): Promise<PlacedReplica[]> {
  let taken: TakenPort | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const placed = replicas.map((replica, index) => ({
      ...replica,
      address: replica.fixed ?? loopbackAddress(seed, attempt, index),
    }));
    taken = await findTaken(placed);
    if (!taken) return placed;
    // Somebody who listens on all addresses is in the way of every block.
    if (taken.holder && / on (?:0\.0\.0\.0|\[::\]):/.test(taken.holder)) break;
  }
  throw environmentError(
    'port-taken',
    `${taken?.where} is taken${taken?.holder ? ` by ${taken.holder}` : ''}`,
    'stop what holds it, or give the service another container port',
  );
}

interface TakenPort {
  readonly where: string;
  readonly holder: string | undefined;
}

async function findTaken(placed: readonly PlacedReplica[]): Promise<TakenPort | undefined> {
  for (const { id, address, ports } of placed) {
    for (const port of ports) {
      if (await isPortFree(address, port)) continue;
      return { where: `${address}:${port}, which ${id} needs,`, holder: portHolder(address, port) };
    }
  }
  return undefined;
}

/** The address of the n-th replica in a block drawn from the seed: 127.16.0.1 to 127.239.255.250. */
function loopbackAddress(seed: string, attempt: number, index: number): string {
  const [a = 0, b = 0] = createHash('sha256').update(`${seed}/${attempt}`).digest();
  const block = (b + Math.floor(index / 250)) % 256;
  return `127.${16 + (a % 224)}.${block}.${1 + (index % 250)}`;
}
