/** Faults by which containers may use less than before: cores and memory, and what takes them back. */
import type { ContainerResources } from '../../host/docker-engine.ts';
import { noMemoryLimit } from '../../host/proc-fs.ts';
import { messageOf } from '../../model/errors.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import type { ContainerReplica, FaultMeans } from './replica.ts';
import { named, onAll } from './stops.ts';

type Resources = Partial<ContainerResources>;

/** A change of limits, and the one that takes it back; of what a container has now. */
export type LimitChange = (before: ContainerResources) => {
  readonly wanted: Resources;
  /** One after the other. */
  readonly back: readonly Resources[];
};

/** The period of the kernel's scheduler where none is said (sched-bwc), microseconds. */
const usualPeriodUs = 100_000;
/**
 * An engine takes zero for "as it is", and does not pass on the -1 that would lift a limit of swap: both are lifted by the largest number of
 * bytes that is a multiple of a page, which the kernel takes for none. Swap is what is above memory, so that it goes first.
 */
const allMemory = 2 ** 63 - 4096;
const mib = 1024 ** 2;

/** As the container says it itself, because an engine refuses both ways in one container. */
export function coresChange(cores: number): LimitChange {
  return ({ nanoCpus, cpuPeriod, cpuQuota }) => {
    if (nanoCpus > 0) return { wanted: { nanoCpus: Math.round(cores * 1e9) }, back: [{ nanoCpus }] };
    const period = cpuPeriod || usualPeriodUs;
    return {
      wanted: { cpuPeriod: period, cpuQuota: Math.round(cores * period) },
      back: [{ cpuPeriod: period, cpuQuota: cpuQuota > 0 ? cpuQuota : -1 }],
    };
  };
}

/** With swap the limit would be as much more as the machine has: there is none in it. */
export function memoryChange(limitBytes: number): LimitChange {
  return ({ memory, memorySwap }) => ({
    wanted: { memory: limitBytes, memorySwap: limitBytes },
    back:
      memory > 0 && memory < noMemoryLimit
        ? [{ memory, memorySwap: memorySwap > 0 ? memorySwap : allMemory }]
        : [{ memory: limitBytes, memorySwap: allMemory }, { memory: allMemory }],
  });
}

/** What limits are called, and how those of a container change. */
export interface LimitFault {
  /** `memory`, and `16 MiB`. */
  readonly what: string;
  readonly to: string;
  readonly change: LimitChange;
}

/** Puts them in force on all; what the engine refuses on one is in force on none. */
export async function limitContainers(
  replicas: readonly ContainerReplica[],
  { what, to, change }: LimitFault,
  { docker }: FaultMeans,
): Promise<HeldFault> {
  const changes = new Map<ContainerReplica, ReturnType<LimitChange>>();
  for (const replica of replicas) changes.set(replica, change((await docker.inspect(replica.containerId)).resources));
  const set = async (replica: ContainerReplica, resources: Resources) => {
    const left = await docker.change.limit(replica.containerId, resources);
    if (left.length > 0) throw new Error(left.join('; '));
  };
  const undo = () =>
    onAll(replicas, `give back ${what} to`, async (replica) => {
      for (const resources of changes.get(replica)?.back ?? []) await set(replica, resources);
    });
  await onAll(replicas, `limit ${what} to ${to} of`, async (replica) => {
    await set(replica, changes.get(replica)?.wanted ?? {}).catch((error: unknown) => {
      throw new Error(refusalText(messageOf(error)));
    });
  }).catch(async (error: unknown) => {
    await undo().catch(() => undefined);
    throw error;
  });
  return { message: `limited ${what} to ${to} of ${named(replicas)}`, undo };
}

/** Control groups of version 1 do not take a limit below what is in use; those of version 2 do, and the kernel kills (cgroup-v2, memory.max). */
function refusalText(said: string): string {
  return /unable to set memory limit|memory\.limit_in_bytes.*busy/i.test(said)
    ? `it uses more already, and this kernel's control groups (version 1) refuse a limit below that; the engine says: ${said}`
    : said;
}

/** Such as `16 MiB`. */
export function mibText(bytes: number): string {
  return `${Math.round((bytes / mib) * 10) / 10} MiB`;
}
