/** What of a cluster answers this machine directly: its nodes, its pods, and the addresses of its Services. */
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { askPort } from '../../host/probe.ts';
import type { MachineCheck } from '../../model/machine-check.ts';

const patienceMs = 1000;
/** So many are asked before it is said that none answers. */
const mostAsked = 3;

interface NodeStatus {
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly nodeInfo?: {
    readonly kubeletVersion?: string;
    readonly kernelVersion?: string;
    readonly architecture?: string;
  };
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
}

/** How many there are, what they run, and whether they answer. */
export async function nodesCheck(cluster: Pick<KubeCluster, 'list'>): Promise<MachineCheck> {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Node' });
  const nodes = items.map((node) => ({ name: node.metadata.name, status: (node['status'] ?? {}) as NodeStatus }));
  const isReady = ({ status }: (typeof nodes)[number]) =>
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
  const ready = nodes.filter(isReady);
  const kinds = [...new Set(ready.map(({ status: { nodeInfo } }) => nodeText(nodeInfo)))];
  const asleep = nodes.filter((node) => !isReady(node)).map((node) => node.name);
  const found = [`${ready.length} of ${nodes.length} ready: ${kinds.join('; ')}`, ...notReady(asleep)].join('; ');
  const name = 'nodes';
  if (ready.length === 0) return { name, state: 'missing', found, advice: 'kubectl describe nodes' };
  if (kinds.length === 1) return { name, state: asleep.length > 0 ? 'limited' : 'ok', found };
  return {
    name,
    state: 'limited',
    found,
    advice: 'Replicas on unlike nodes are not equals; results warn of them.',
  };
}

function nodeText(info: NodeStatus['nodeInfo']): string {
  return `kubelet ${info?.kubeletVersion ?? '?'}, Linux ${info?.kernelVersion ?? '?'}, ${info?.architecture ?? '?'}`;
}

function notReady(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`not ready: ${names.join(', ')}`];
}

/** Whether load may go to pods: asked of those that run in a namespace and say on which port they listen. */
export async function podsCheck(cluster: Pick<KubeCluster, 'list'>, namespace: string): Promise<MachineCheck> {
  const { items } = await cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace, fields: 'status.phase=Running' },
  );
  const asked = items.flatMap(listening).slice(0, mostAsked);
  const name = 'pods from here';
  if (asked.length === 0)
    return { name, state: 'limited', found: `no pod that runs in ${namespace} names a TCP port: it cannot be told` };
  const answering = await firstAnswering(asked);
  if (answering) return { name, state: 'ok', found: `${answering} answers: load goes to pods directly` };
  return {
    name,
    state: 'limited',
    found: `${asked.map(placeText).join(', ')} ${asked.length === 1 ? 'does' : 'do'} not answer`,
    advice: 'Load can go to a NodePort or LoadBalancer Service, or come from pods (load.generators.pods).',
  };
}

function listening(pod: KubeObject): Place[] {
  const { containers = [] } = (pod['spec'] ?? {}) as {
    containers?: readonly { ports?: readonly { containerPort: number; protocol?: string }[] }[];
  };
  const { podIP } = (pod['status'] ?? {}) as { podIP?: string };
  const port = containers.flatMap(({ ports = [] }) => ports).find(({ protocol = 'TCP' }) => protocol === 'TCP');
  return port && podIP ? [{ host: podIP, port: port.containerPort }] : [];
}

/** Whether the addresses of Services lead anywhere from here: asked of the one that every cluster has, its own API. */
export async function servicesCheck(cluster: Pick<KubeCluster, 'get' | 'list'>): Promise<MachineCheck> {
  const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'kubernetes' });
  const { clusterIP, ports = [] } = (service?.['spec'] ?? {}) as {
    clusterIP?: string;
    ports?: readonly { port: number }[];
  };
  const name = 'services from here';
  const place = { host: clusterIP ?? '', port: ports[0]?.port ?? 443 };
  if (!clusterIP)
    return { name, state: 'limited', found: 'the Service default/kubernetes has no address: it cannot be told' };
  if (await firstAnswering([place])) return { name, state: 'ok', found: `${placeText(place)} answers` };
  const advice = 'Services of type NodePort or LoadBalancer may be reached all the same.';
  return { name, state: 'limited', found: `${placeText(place)} does not answer`, advice };
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function placeText({ host, port }: Place): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function firstAnswering(places: readonly Place[]): Promise<string | undefined> {
  for (const place of places) {
    const answers = await askPort(place.host, place.port, AbortSignal.timeout(patienceMs)).then(
      () => true,
      () => false,
    );
    if (answers) return placeText(place);
  }
  return undefined;
}
