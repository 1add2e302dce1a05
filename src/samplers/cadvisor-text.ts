/** The text of a kubelet's cAdvisor endpoint (`/metrics/cadvisor`, cAdvisor's metrics/prometheus.go) to what containers have used. */
import { type MetricSample, parseExposition } from '../goruntime/metrics/exposition.ts';
import { noMemoryLimit } from '../host/proc-fs.ts';
import type { ContainerUse } from './container-stats.ts';

/** Which rows are a container's: those of its id, else those of its names; its network is that of its pod. */
export interface CadvisorName {
  /** As the runtime calls it, without `containerd://`. */
  readonly containerId: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Its rows of the network would be the node's. */
  readonly sharesNetwork: boolean;
}

/** What one page says of a container; what it does not say is undefined. */
export interface CadvisorUse extends ContainerUse {
  /** How often the kernel has killed in it for want of memory. */
  readonly oomKills: number | undefined;
}

/** A page, read once for all containers of its node. */
export interface CadvisorPage {
  /** The latest stamp on it, milliseconds since 1970 by the node's clock: the moment it was made, where it says when containers were last seen. */
  readonly newestMs: number | undefined;
  /** Undefined where the page has no stamped row of that container. */
  useOf(name: CadvisorName): CadvisorUse | undefined;
}

/** Names of the rows that are read; a page has some sixty others of each container. */
const prefix = 'container_';
const wanted = {
  cpu: 'cpu_usage_seconds_total',
  periods: 'cpu_cfs_periods_total',
  throttledPeriods: 'cpu_cfs_throttled_periods_total',
  throttledSeconds: 'cpu_cfs_throttled_seconds_total',
  memory: 'memory_working_set_bytes',
  oomKills: 'oom_events_total',
  memoryLimit: 'spec_memory_limit_bytes',
  cpuQuota: 'spec_cpu_quota',
  cpuPeriod: 'spec_cpu_period',
  rx: 'network_receive_bytes_total',
  tx: 'network_transmit_bytes_total',
  seen: 'last_seen',
} as const;

type Row = keyof typeof wanted;

const rowOf = new Map<string, Row>(Object.entries(wanted).map(([row, name]) => [prefix + name, row as Row]));

/** Reads a page; lines that are none are passed over, and it never throws. */
export function readCadvisor(text: string): CadvisorPage {
  const samples = parseExposition(wantedLines(text)).samples.filter(isSane);
  const byId = new Map<string, MetricSample[]>();
  const byNames = new Map<string, MetricSample[]>();
  let newestMs: number | undefined;
  for (const sample of samples) {
    if (sample.atMs !== undefined && sample.atMs > (newestMs ?? 0)) newestMs = sample.atMs;
    const { id = '', namespace, pod, container } = sample.labels;
    add(byId, idIn(id), sample);
    if (namespace && pod) add(byNames, keyOf(namespace, pod, container ?? ''), sample);
  }
  return {
    newestMs,
    useOf: (name) => {
      const own =
        byId.get(name.containerId) ?? newestOf(byNames.get(keyOf(name.namespace, name.pod, name.container)) ?? []);
      const network = name.sharesNetwork ? [] : podRows(byNames, name);
      return useIn(own, network);
    },
  };
}

/** Only such lines: what is not read need not be taken apart, and a page of a large node has several megabytes. */
function wantedLines(text: string): string {
  const lines: string[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    if (text.startsWith(prefix, from)) {
      const name = /[{ \t]/g;
      name.lastIndex = from;
      const stop = name.exec(text)?.index ?? end;
      if (rowOf.has(text.slice(from, stop))) lines.push(text.slice(from, end));
    }
    from = end + 1;
  }
  return lines.join('\n');
}

/** A count, a size or a time is a number that is not below zero; a CPU quota of -1 is none. */
function isSane({ value, name }: MetricSample): boolean {
  return Number.isFinite(value) && (value >= 0 || name === prefix + wanted.cpuQuota);
}

/** The id of a container in the path of its control group: `…/<id>`, `…/cri-containerd-<id>.scope`; not `…/crio-conmon-<id>.scope`. */
function idIn(path: string): string {
  return /\/(?:(?:cri-containerd|crio|docker)-)?([0-9a-f]{32,64})(?:\.scope)?$/.exec(path)?.[1] ?? '';
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\0');
}

function add(to: Map<string, MetricSample[]>, key: string, sample: MetricSample): void {
  if (key === '') return;
  const list = to.get(key);
  if (list) list.push(sample);
  else to.set(key, [sample]);
}

/** A page may still have the container that was there before under the same names: rows of the one that was seen last. */
function newestOf(rows: readonly MetricSample[]): MetricSample[] {
  const last = rows.reduce<MetricSample | undefined>((found, row) => {
    return (row.atMs ?? 0) > (found?.atMs ?? 0) ? row : found;
  }, undefined);
  return rows.filter(({ labels }) => labels['id'] === last?.labels['id']);
}

/** Rows of a pod's network stand at its sandbox: without a container's name, or with `POD` where an old kubelet calls it so. */
function podRows(byNames: ReadonlyMap<string, MetricSample[]>, { namespace, pod }: CadvisorName): MetricSample[] {
  return ['', 'POD'].map((container) => byNames.get(keyOf(namespace, pod, container)) ?? []).find(hasNetwork) ?? [];
}

function hasNetwork(rows: readonly MetricSample[]): boolean {
  return rows.some(({ name }) => rowOf.get(name) === 'rx');
}

function useIn(rows: readonly MetricSample[], networkRows: readonly MetricSample[]): CadvisorUse | undefined {
  const cpu = sumOf(rows, 'cpu');
  const memory = sumOf(rows, 'memory');
  const atMs = cpu?.atMs ?? memory?.atMs;
  if (atMs === undefined) return undefined;
  return {
    readUs: atMs * 1000,
    cpuUs: cpu && cpu.value * 1e6,
    memoryBytes: memory?.value,
    throttling: throttlingIn(rows),
    limits: limitsIn(rows),
    network: networkIn(networkRows),
    oomKills: sumOf(rows, 'oomKills')?.value,
  };
}

interface Total {
  readonly value: number;
  readonly atMs: number | undefined;
}

/** Rows of several CPUs or interfaces that were read at once are added up, a total among them stands for all; undefined without any. */
function sumOf(rows: readonly MetricSample[], row: Row): Total | undefined {
  const all = rows.filter(({ name }) => rowOf.get(name) === row);
  const totals = all.filter(({ labels }) => labels['cpu'] === 'total');
  const counted = totals.length > 0 ? totals : all;
  if (counted.length === 0) return undefined;
  const newest = counted.reduce((latest, { atMs }) => Math.max(latest, atMs ?? 0), 0);
  const current = counted.filter(({ atMs }) => (atMs ?? 0) === newest);
  return { value: current.reduce((sum, { value }) => sum + value, 0), atMs: newest === 0 ? undefined : newest };
}

/** cAdvisor has these rows only of containers with a limit. */
function throttlingIn(rows: readonly MetricSample[]): ContainerUse['throttling'] {
  const [periods, throttled, seconds] = [
    sumOf(rows, 'periods'),
    sumOf(rows, 'throttledPeriods'),
    sumOf(rows, 'throttledSeconds'),
  ];
  if (!periods || !throttled || !seconds) return undefined;
  return { periods: periods.value, throttledPeriods: throttled.value, throttledMs: seconds.value * 1000 };
}

/** Zero is no limit; without these rows nothing is said. */
function limitsIn(rows: readonly MetricSample[]): ContainerUse['limits'] {
  const [quota, period, memory] = [
    sumOf(rows, 'cpuQuota')?.value,
    sumOf(rows, 'cpuPeriod')?.value,
    sumOf(rows, 'memoryLimit')?.value,
  ];
  return {
    cpus: quota !== undefined && quota > 0 && period !== undefined && period > 0 ? quota / period : undefined,
    memoryBytes: memory !== undefined && memory > 0 && memory < noMemoryLimit ? memory : undefined,
  };
}

function networkIn(rows: readonly MetricSample[]): ContainerUse['network'] {
  const [rx, tx] = [sumOf(rows, 'rx'), sumOf(rows, 'tx')];
  if (!rx || !tx || rx.atMs === undefined) return undefined;
  return { rxBytes: rx.value, txBytes: tx.value, readUs: rx.atMs * 1000 };
}
