/** What nodes say of themselves (core/v1, Node): facts for the result, what is unlike among them, and their pressure. */
import type { KubeObject } from '../../host/kube/cluster.ts';

/** One node. */
export interface NodeFacts {
  readonly name: string;
  readonly kernel: string;
  readonly os: string;
  readonly arch: string;
  readonly kubelet: string;
  readonly runtime: string;
  /** What pods may have of it. */
  readonly cpus: string;
  readonly memory: string;
  /** The kind of machine, where a cloud has labelled it; a kubelet does not tell the model of its CPU. */
  readonly machine: string | undefined;
  /** Conditions that are not as they should be, with what the kubelet says of them. */
  readonly troubles: ReadonlyMap<string, string>;
}

interface NodeStatus {
  readonly nodeInfo?: Readonly<Record<string, string>>;
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
  }[];
}

const cpuLabels = ['feature.node.kubernetes.io/cpu-model.id', 'node.kubernetes.io/instance-type'];

/** Reads it. */
export function readNode(object: KubeObject): NodeFacts {
  const { nodeInfo = {}, allocatable = {}, conditions = [] } = (object['status'] ?? {}) as NodeStatus;
  const { labels = {} } = object.metadata;
  const label = cpuLabels.find((name) => labels[name] !== undefined);
  const bad = conditions.filter(({ type, status }) => (type === 'Ready' ? status !== 'True' : status === 'True'));
  return {
    name: object.metadata.name,
    kernel: nodeInfo['kernelVersion'] ?? '',
    os: nodeInfo['osImage'] ?? '',
    arch: nodeInfo['architecture'] ?? '',
    kubelet: nodeInfo['kubeletVersion'] ?? '',
    runtime: nodeInfo['containerRuntimeVersion'] ?? '',
    cpus: allocatable['cpu'] ?? '',
    memory: allocatable['memory'] ?? '',
    machine: label && labels[label],
    troubles: new Map(bad.map(({ type, message }) => [type, message ?? ''])),
  };
}

/** One line for each node, for the environment of the result; the CPU model is said not to be told where nothing tells it. */
export function nodeFactLines(nodes: readonly NodeFacts[]): Record<string, string> {
  return Object.fromEntries(
    nodes.map((node) => [
      `node ${node.name}`,
      [
        `kernel ${node.kernel}`,
        node.os,
        node.arch,
        `kubelet ${node.kubelet}`,
        node.runtime,
        `allocatable ${node.cpus} CPUs, ${node.memory}`,
        node.machine ?? 'CPU model not told',
      ].join('; '),
    ]),
  );
}

const compared = ['kernel', 'os', 'arch', 'kubelet', 'runtime', 'cpus', 'memory', 'machine'] as const;
const names: Readonly<Record<(typeof compared)[number], string>> = {
  kernel: 'kernel',
  os: 'OS image',
  arch: 'architecture',
  kubelet: 'kubelet',
  runtime: 'container runtime',
  cpus: 'allocatable CPUs',
  memory: 'allocatable memory',
  machine: 'machine',
};

/** What nodes of one kind may differ in and still be alike: the memory that each has free after its own needs. */
const mostMemoryDifference = 0.05;

/** One warning for each service whose replicas are on nodes that differ: what differs between replicas may be theirs. */
export function unlikeNodes(
  replicas: readonly { readonly service: string; readonly node: string }[],
  nodes: readonly NodeFacts[],
): string[] {
  const services = [...new Set(replicas.map(({ service }) => service))];
  return services.flatMap((service) => {
    const used = new Set(replicas.flatMap((each) => (each.service === service ? [each.node] : [])));
    const own = nodes.filter(({ name }) => used.has(name));
    const unlike = compared.filter((key) => isUnlike(own, key));
    if (unlike.length === 0) return [];
    const said = unlike.map(
      (key) => `${names[key]} ${own.map((node) => `${node[key] ?? 'not told'} on ${node.name}`).join(', ')}`,
    );
    return [
      `replicas of ${service} are on unlike nodes: ${said.join('; ')}; differences between them may be those of their nodes`,
    ];
  });
}

function isUnlike(nodes: readonly NodeFacts[], key: (typeof compared)[number]): boolean {
  const values = nodes.map((node) => node[key]);
  if (key !== 'memory') return new Set(values).size > 1;
  const bytes = nodes.map(({ memory }) => quantityBytes(memory));
  if (bytes.some((each) => !Number.isFinite(each))) return new Set(values).size > 1;
  return Math.max(...bytes) > Math.min(...bytes) * (1 + mostMemoryDifference);
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

function quantityBytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  return number === '' ? Number.NaN : Number(number) * (units[unit] ?? Number.NaN);
}

/** What became worse or better of a node, in words for people. */
export function nodeChanges(before: NodeFacts, now: NodeFacts): string[] {
  const begun = [...now.troubles].filter(([type]) => !before.troubles.has(type));
  const over = [...before.troubles.keys()].filter((type) => !now.troubles.has(type));
  return [
    ...begun.map(([type, said]) => `node ${now.name} ${troubleWords(type)}${said === '' ? '' : `: ${said}`}`),
    ...over.map(
      (type) => `node ${now.name} ${type === 'Ready' ? 'is ready again' : `no longer ${troubleWords(type)}`}`,
    ),
  ];
}

function troubleWords(type: string): string {
  const known: Readonly<Record<string, string>> = {
    Ready: 'is not ready',
    MemoryPressure: 'has memory pressure',
    DiskPressure: 'has disk pressure',
    PIDPressure: 'has too many processes (PIDPressure)',
    NetworkUnavailable: 'has no network',
  };
  return known[type] ?? `has the condition ${type}`;
}
