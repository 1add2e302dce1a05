/** The sampler of what the kernel says: CPU, memory, throttling and network of each target, and CPU of the host. */
import type Docker from 'dockerode';
import { connectDocker } from '../host/docker.ts';
import { readHostTimes, readProcessUse } from '../host/proc-fs.ts';
import type { Sampler, SamplerContext } from '../model/contracts.ts';
import type { Target } from '../model/topology.ts';
import { type ContainerUse, readContainerStats } from './container-stats.ts';
import { type IntervalOptions, intervalOption } from './interval-option.ts';
import { type PolledTarget, startPolling } from './poll.ts';

const source = 'containers';
const host = 'host';

/** Reads container statistics or /proc; readings of the `container.` series, and of the `host.` series on target `host`. */
export const containerSampler: Sampler<IntervalOptions> = {
  kind: source,
  options: intervalOption(
    250,
    '1s',
    'How often to read CPU, memory, throttling and network of each target and of the host',
  ),
  cost: 'Nothing in the targets themselves; the Docker engine, or rampart for local processes, reads kernel counters once per interval.',
  goDebug: () => [],
  open: async ({ everyMs }, context) => {
    const docker = context.targets.some(({ containerId }) => containerId !== undefined)
      ? connectDocker(context.env)
      : undefined;
    const targets = context.targets.flatMap((target) => polledTarget(target, docker, context));
    return startPolling({ source, everyMs, targets: [...targets, polledHost(context)] }, context);
  },
};

function polledTarget(target: Target, docker: Docker | undefined, context: SamplerContext): PolledTarget[] {
  const { id, containerId, pid } = target;
  if (docker && containerId !== undefined) {
    const container = docker.getContainer(containerId);
    const use = async (abortSignal: AbortSignal) => {
      // The client takes a signal; its types do not know that.
      const options: { stream: false; 'one-shot': true } & { abortSignal: AbortSignal } = {
        stream: false,
        'one-shot': true,
        abortSignal,
      };
      return readContainerStats(await container.stats(options));
    };
    return [usePoll(id, use, context)];
  }
  if (pid !== undefined) {
    const use = async (): Promise<ContainerUse> => {
      const { cpuMs, residentBytes, throttling } = await readProcessUse(pid);
      return { readUs: context.clock.nowUs(), cpuUs: cpuMs * 1000, memoryBytes: residentBytes, throttling };
    };
    return [usePoll(id, use, context)];
  }
  const message = 'neither its container nor its process is known';
  context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target: id, source, message });
  return [];
}

function usePoll(
  target: string,
  use: (signal: AbortSignal) => Promise<ContainerUse>,
  context: SamplerContext,
): PolledTarget {
  let before: ContainerUse | undefined;
  return {
    id: target,
    async look(signal) {
      const askedUs = context.clock.nowUs();
      const now = await use(signal);
      const atUs = (askedUs + context.clock.nowUs()) / 2;
      context.emit({ kind: 'reading', atUs, target, source, values: useValues(now, before) });
      before = now;
    },
  };
}

/** Counters as rates over the time between the two readings; they are missing in the first, and after a restart. */
function useValues(now: ContainerUse, before: ContainerUse | undefined): Record<string, number> {
  const values: Record<string, number> = { 'container.memory_mib': now.memoryBytes / 1024 ** 2 };
  const us = before ? now.readUs - before.readUs : 0;
  if (!before || us <= 0 || now.cpuUs < before.cpuUs) return values;
  values['container.cpu_percent'] = ((now.cpuUs - before.cpuUs) / us) * 100;
  if (now.throttling && before.throttling) {
    values['container.throttled_ms'] = now.throttling.throttledMs - before.throttling.throttledMs;
    values['container.throttled_periods'] = now.throttling.throttledPeriods - before.throttling.throttledPeriods;
  }
  if (now.network && before.network) {
    const kibPerSecond = (bytes: number) => bytes / 1024 / (us / 1e6);
    values['container.network_rx_kib_s'] = kibPerSecond(now.network.rxBytes - before.network.rxBytes);
    values['container.network_tx_kib_s'] = kibPerSecond(now.network.txBytes - before.network.txBytes);
  }
  return values;
}

function polledHost(context: SamplerContext): PolledTarget {
  let before: Awaited<ReturnType<typeof readHostTimes>> | undefined;
  return {
    id: host,
    async look() {
      const now = await readHostTimes();
      const values: Record<string, number> = { 'host.load_1m': now.load1m };
      const total = before ? now.total - before.total : 0;
      if (before && total > 0) {
        const busy = total - (now.idle - before.idle) - (now.steal - before.steal);
        values['host.cpu_percent'] = (busy / total) * 100;
        values['host.steal_percent'] = ((now.steal - before.steal) / total) * 100;
      }
      context.emit({ kind: 'reading', atUs: context.clock.nowUs(), target: host, source, values });
      before = now;
    },
  };
}
