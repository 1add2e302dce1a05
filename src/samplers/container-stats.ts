/** What the Docker engine answers about one container (Engine API, GET /containers/{id}/stats) to what is sampled. */
import type { GroupLimits, Throttling } from '../host/proc-fs.ts';

/** Counters of one container or process since its start; only differences of `readUs` mean anything. */
export interface ContainerUse {
  /** The process these are of, or which life of the container; where it is another, counters began at zero in between. */
  readonly process?: number | string | undefined;
  readonly readUs: number;
  readonly cpuUs: number | undefined;
  /** Of processes that it started, as they end, where `cpuUs` has none of it. */
  readonly childCpuUs?: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly throttling?: Throttling | undefined;
  readonly limits?: GroupLimits | undefined;
  /** Read at another moment where it says so. */
  readonly network?: { readonly rxBytes: number; readonly txBytes: number; readonly readUs?: number } | undefined;
}

/** What is read of an answer; bytes and nanoseconds. */
interface ContainerStats {
  /** RFC 3339, the year 1 for a container that does not run. */
  readonly read: string;
  readonly cpu_stats?: {
    readonly cpu_usage?: { readonly total_usage?: number };
    readonly throttling_data?: {
      readonly periods: number;
      readonly throttled_periods: number;
      readonly throttled_time: number;
    };
  };
  readonly memory_stats: { readonly usage: number; readonly stats?: Readonly<Record<string, number | undefined>> };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>>;
}

/** The counters of a running container; throws an Error when it has stopped, because the engine then answers zeros. */
export function readContainerStats(stats: ContainerStats): ContainerUse {
  const readMs = Date.parse(stats.read);
  const usage = stats.cpu_stats?.cpu_usage?.total_usage;
  if (!(readMs > 0) || !usage) throw new Error('the container is not running');
  const throttled = stats.cpu_stats?.throttling_data;
  const networks = Object.values(stats.networks ?? {});
  return {
    // Microseconds: the fraction has nine digits, of which Date keeps three.
    readUs: Math.floor(readMs / 1000) * 1e6 + Number(/\.(\d{1,9})/.exec(stats.read)?.[1]?.padEnd(9, '0') ?? 0) / 1000,
    cpuUs: usage / 1000,
    memoryBytes: workingSet(stats),
    throttling: throttled && {
      periods: throttled.periods,
      throttledPeriods: throttled.throttled_periods,
      throttledMs: throttled.throttled_time / 1e6,
    },
    network:
      networks.length === 0
        ? undefined
        : { rxBytes: sum(networks.map((n) => n.rx_bytes)), txBytes: sum(networks.map((n) => n.tx_bytes)) },
  };
}

/** Memory in use less what the kernel can drop at once, as `docker stats` and Kubernetes count it (cgroup 1 sums over children). */
function workingSet({ memory_stats: memory }: ContainerStats): number {
  const inactive = memory.stats ?? {};
  const droppable = inactive['total_inactive_file'] ?? inactive['inactive_file'] ?? 0;
  return Math.max(0, memory.usage - droppable);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
