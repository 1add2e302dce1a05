/** The sampler of what the kernel says: what each target uses and waits for, and what the host does. */
import { connectDocker } from '../host/docker.ts';
import { errorCode } from '../host/files.ts';
import { isLoopback } from '../host/loopback.ts';
import { readProcessUse } from '../host/proc-fs.ts';
import type { OpenSampler, Sampler, SamplerContext } from '../model/contracts.ts';
import type { Clock } from '../model/host.ts';
import type { Target } from '../model/topology.ts';
import { polledActivity } from './activity-watch.ts';
import { followFacts } from './container-facts.ts';
import type { ContainerUse } from './container-stats.ts';
import { useValues } from './container-use.ts';
import { followStats } from './docker-stats.ts';
import { polledHost } from './host-readings.ts';
import { type IntervalOptions, intervalOption } from './interval-option.ts';
import { createKubeletPages, type KubeletPages } from './kubelet-pages.ts';
import { createMissingSeries } from './missing-series.ts';
import { polledPod } from './pod-use.ts';
import { startPolling } from './poll.ts';
import { polledSockets, type SocketTarget } from './socket-watch.ts';
import { createStampErrors } from './stamp-errors.ts';
import { findProcesses } from './target-processes.ts';

const source = 'containers';
/** At each so many-th look sockets are counted: the kernel walks its whole table for each network namespace, some 10 ms of CPU. */
const looksForSockets = 2;

/**
 * Reads container statistics and /proc; readings of the `container.`, `proc.`, `sock.` and `net.` series, and of the `host.` series on
 * target `host`.
 */
export const containerSampler: Sampler<IntervalOptions> = {
  kind: source,
  options: intervalOption(
    500,
    '1s',
    'How often to read what each target and the host use and wait for: CPU, memory, network, threads, files, sockets; from the Docker engine at most once per second, and of pods on other machines as their kubelets do, some every 10 s',
  ),
  cost: 'Nothing in the targets themselves; the Docker engine reads kernel counters of each container once per second, the kubelet of another node is asked for its page of counters every 5 s, rampart those of processes on this machine and of the host (sockets at every second look, and what takes more than 3 % of a core less often), and `ss` is asked once for the limit of each accept queue.',
  goDebug: () => [],
  observing: { options: { everyMs: 1000 }, sees: () => true },
  open: async ({ everyMs }, context) => {
    const { clock, emit } = context;
    const docker = context.targets.some(({ containerId }) => containerId !== undefined)
      ? connectDocker(context.env)
      : undefined;
    const facts = docker && followFacts(docker, source, context);
    const errors = createStampErrors(source, 'read-here', context);
    const missing = createMissingSeries(source, context);
    const watch = { ...context, source, errors, missing };
    const pages = createKubeletPages(context);
    const followed: OpenSampler[] = [];
    const polled = [polledHost(source, errors, context)];
    const seen: SocketTarget[] = [];
    for (const target of context.targets) {
      const { id } = target;
      const isAway = () => target.isAway === true;
      const onUse = useReadings(id, context);
      const onFailure = (message: string, atUs: number) => emit({ kind: 'gap', atUs, target: id, source, message });
      if (docker && target.containerId !== undefined) {
        const stats = (signal: AbortSignal) => docker.stats(target.containerId ?? '', signal);
        const withFacts = (use: ContainerUse, atUs: number) => {
          const containerId = target.containerId ?? '';
          onUse({ ...use, process: facts?.startsOf(containerId), limits: facts?.limitsOf(containerId) }, atUs);
        };
        followed.push(
          followStats(stats, { target: id, source, everyMs, isAway, onUse: withFacts, onFailure }, context),
        );
      } else if (target.pod) {
        polled.push(polledPod(target, { ...watch, pages, onUse }));
      } else if (target.pid !== undefined || target.isAway) {
        const look = async () => {
          const { use, halfUs } = await processUse(target.pid ?? 0, clock);
          errors.add(id, halfUs);
          onUse(use, use.readUs);
        };
        polled.push({ id, isAway, look });
      } else {
        onFailure(isElsewhere(target) ? elsewhere : 'neither its container nor its process is known', clock.nowUs());
        continue;
      }
      const find = findProcesses(target, docker);
      seen.push({ id, find });
      polled.push({ ...polledActivity(id, find, watch), isAway });
    }
    followed.push(startPolling({ source, everyMs, targets: polled }, context));
    if (seen.length > 0) {
      const targets = [polledSockets(seen, watch)];
      followed.push(startPolling({ source, everyMs: everyMs * looksForSockets, targets }, context));
    }
    return {
      async close() {
        facts?.close();
        await Promise.all(followed.map((each) => each.close()));
        tellNodeClocks(pages, context);
        pages.close();
        errors.tell();
        missing.tell();
      },
    };
  },
};

/** How the stamps of kubelets stand to the run's clock, of each target that was read from one. */
function tellNodeClocks(pages: KubeletPages, { clock, targets, emit }: SamplerContext): void {
  for (const { id, pod } of targets) {
    const told = pod && pages.relationOf(pod);
    if (told) emit({ kind: 'clock', atUs: clock.nowUs(), target: id, source, ...told });
  }
}

const elsewhere =
  'it is on another machine, whose kernel is not to be seen from here; its /metrics may tell some of it';

/** Whether all that is known of a target is an address of another machine. */
function isElsewhere({ pprofUrl, metricsUrl }: Target): boolean {
  const url = pprofUrl ?? metricsUrl;
  return url !== undefined && !isLoopback(new URL(url).hostname);
}

async function processUse(pid: number, clock: Clock): Promise<{ use: ContainerUse; halfUs: number }> {
  const askedUs = clock.nowUs();
  const { cpuMs, childCpuMs, residentBytes, throttling, limits } = await readProcessUse(pid).catch((error: unknown) => {
    throw errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH' ? new Error(`process ${pid} has ended`) : error;
  });
  const halfUs = (clock.nowUs() - askedUs) / 2;
  const cpu = { cpuUs: cpuMs * 1000, childCpuUs: childCpuMs * 1000 };
  const use = { process: pid, ...cpu, memoryBytes: residentBytes, throttling, limits };
  return { use: { ...use, readUs: askedUs + halfUs }, halfUs };
}

/** Emits each use as a reading, with the rates since the one before. */
function useReadings(target: string, context: SamplerContext): (use: ContainerUse, atUs: number) => void {
  let before: ContainerUse | undefined;
  return (use, atUs) => {
    context.emit({ kind: 'reading', atUs, target, source, values: useValues(use, before) });
    before = use;
  };
}
