/** Looks at what pods use: at their control groups where their node is this machine, else at what their kubelets tell. */
import { containerProcesses, mainProcess } from '../host/container-processes.ts';
import { networkBytes } from '../host/net-dev.ts';
import { readGroupUse } from '../host/proc-fs.ts';
import type { SamplerContext } from '../model/contracts.ts';
import type { PodPlace, Target } from '../model/topology.ts';
import type { CadvisorUse } from './cadvisor-text.ts';
import type { ContainerUse } from './container-stats.ts';
import type { DatedPage, KubeletPages } from './kubelet-pages.ts';
import type { MissingSeries } from './missing-series.ts';
import type { PolledTarget } from './poll.ts';
import type { StampErrors } from './stamp-errors.ts';

/** Who is told what of a pod. */
export interface PodWatch extends Pick<SamplerContext, 'clock' | 'emit'> {
  readonly source: string;
  readonly pages: KubeletPages;
  readonly missing: MissingSeries;
  readonly errors: StampErrors;
  onUse(use: ContainerUse, atUs: number): void;
}

const mib = 1024 ** 2;
/** cAdvisor looks every 10 to 20 s; what it has not looked at for so long it no longer sees. */
const staleUs = 60e6;
const networkSeries = ['container.network_rx_kib_s', 'container.network_tx_kib_s'];
const throttleSeries = ['container.throttled_ms', 'container.throttled_percent', 'container.throttled_periods'];

/** The target's container, for polling; it is read at each look, since a replica may go on in another pod. `root` is `/` but in a test. */
export function polledPod(target: Target, watch: PodWatch, root = '/'): PolledTarget {
  const { clock, errors } = watch;
  const here = new Map<string, number | undefined>();
  const remote = remoteLook(target.id, watch);

  return {
    id: target.id,
    isAway: () => target.isAway === true,
    async look() {
      const { pod } = target;
      // Before its container is made, and between two of them, there is nothing to look at.
      if (pod?.containerId === undefined) return;
      const { containerId } = pod;
      if (!here.has(containerId)) here.set(containerId, mainProcess(containerId, root));
      const pid = here.get(containerId);
      if (pid === undefined) return await remote(pod, containerId);
      if (!containerProcesses(containerId, pid, root))
        throw new Error(`container ${containerId.slice(0, 12)} has ended`);
      const askedUs = clock.nowUs();
      const group = await readGroupUse(pid, containerId, root);
      const use = { ...group, network: pod.sharesNetwork ? undefined : networkBytes(pid, root) };
      const halfUs = (clock.nowUs() - askedUs) / 2;
      errors.add(target.id, halfUs);
      tellMissing(target.id, pod, use, watch);
      watch.onUse({ ...use, process: containerId, readUs: askedUs + halfUs }, askedUs + halfUs);
    },
  };
}

/** Looks at the page of the kubelet; the same page twice, or the same reading on two pages, is one look. */
function remoteLook(target: string, watch: PodWatch): (pod: PodPlace, containerId: string) => Promise<void> {
  let seen: Promise<DatedPage> | undefined;
  let before: { readonly containerId: string; readonly use: CadvisorUse } | undefined;
  return async (pod, containerId) => {
    const asked = watch.pages.of(pod);
    if (asked === seen) return;
    seen = asked;
    const { page, offsetUs } = await asked;
    const { namespace, name, container, sharesNetwork } = pod;
    const use = page.useOf({ containerId, namespace, pod: name, container, sharesNetwork });
    if (!use) throw new Error(`the kubelet of ${pod.node} does not tell of container ${containerId.slice(0, 12)}`);
    const last = before?.containerId === containerId ? before.use : undefined;
    const atUs = use.readUs + offsetUs;
    if (last && use.readUs <= last.readUs) {
      const ageUs = watch.clock.nowUs() - atUs;
      if (ageUs > staleUs) throw new Error(`cAdvisor last looked at it ${Math.round(ageUs / 1e6)} s ago`);
      return;
    }
    before = { containerId, use };
    tellMissing(target, pod, use, watch);
    tellKills(target, use, last, atUs, watch);
    watch.onUse({ ...use, process: containerId }, atUs);
  };
}

function tellKills(target: string, now: CadvisorUse, before: CadvisorUse | undefined, atUs: number, watch: PodWatch) {
  if (now.oomKills === undefined || before?.oomKills === undefined || now.oomKills <= before.oomKills) return;
  const limit = now.limits?.memoryBytes;
  const message = `out of memory${limit === undefined ? '' : `: its limit is ${Math.round(limit / mib)} MiB`}`;
  watch.emit({ kind: 'event', atUs, target, event: 'oom', message });
}

function tellMissing(target: string, pod: PodPlace, use: Omit<ContainerUse, 'readUs'>, { missing }: PodWatch): void {
  if (use.cpuUs === undefined) missing.add(target, ['container.cpu_percent'], `node ${pod.node} does not tell them`);
  if (use.memoryBytes === undefined)
    missing.add(target, ['container.memory_mib'], `node ${pod.node} does not tell them`);
  if (use.limits?.cpus !== undefined && !use.throttling)
    missing.add(target, throttleSeries, `node ${pod.node} does not tell them`);
  if (use.network) return;
  const why = pod.sharesNetwork
    ? 'its pod has the network of its node, whose bytes are not its own (hostNetwork)'
    : `node ${pod.node} does not tell them`;
  missing.add(target, networkSeries, why);
}
