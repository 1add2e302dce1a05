/** How this machine reaches the ports of pods: straight at their addresses, else through the API server, and load through a Service. */
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import type { KubeProxy } from '../../host/kube/proxy.ts';
import { isLoopback } from '../../host/loopback.ts';
import { askPort } from '../../host/probe.ts';
import type { Target } from '../../model/topology.ts';
import { hintedPorts } from '../compose-file/service-labels.ts';
import { fieldsOf, mapsOf, portOf, textOf } from '../manifest-survey/values.ts';
import { hostsOf, listensHere } from '../pods/pod-places.ts';
import type { PodState } from '../pods/pod-state.ts';
import { isSelected } from './change-objects.ts';
import { fieldAt } from './fields.ts';
import type { RunObjects, RunWorkload } from './run-objects.ts';

/** Where a replica is reached. */
export type PodAddresses = Pick<Target, 'ports' | 'pprofUrl' | 'metricsUrl'>;

/** A Service of the run that sends to a workload: its port, the port of the pods, and the port of each node that leads there. */
interface ServiceDoor {
  readonly service: string;
  readonly port: number;
  readonly targetPort: number;
  readonly nodePort: number | undefined;
  /** Addresses that a load balancer has given it. */
  readonly addresses: readonly string[];
}

/** What reaching needs to know. */
export interface ReachParts {
  readonly proxy: KubeProxy;
  /** By the service of a workload, once its Services are made. */
  readonly doors: ReadonlyMap<string, readonly ServiceDoor[]>;
  /** Addresses of nodes, for ports that are open on every node. */
  readonly nodes: readonly string[];
  /** Whether pods of the cluster send the load: its way does not begin here. */
  readonly isLoadFromPods: boolean;
  readonly signal: AbortSignal;
}

/** Where a replica is, and whether load goes through a Service to get there. */
export interface Reached extends PodAddresses {
  readonly isStraight: boolean;
  /** `host:port` where load is to go and connections are refused; undefined where they are taken, or this machine cannot know. */
  readonly refusedAt: string | undefined;
}

/** One address of a port, and whether nobody takes connections there yet. */
interface Way {
  /** `host:port`. */
  readonly address: string;
  readonly refuses: boolean;
}

/** With the Services as they were made, and the addresses of nodes. */
export async function reachParts(
  { before, workloads }: RunObjects,
  {
    cluster,
    namespace,
    proxy,
    isLoadFromPods,
    signal,
  }: Pick<ReachParts, 'proxy' | 'isLoadFromPods' | 'signal'> & {
    readonly cluster: Pick<KubeCluster, 'get' | 'list'>;
    readonly namespace: string;
  },
): Promise<ReachParts> {
  const services = before.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
  const doors = await serviceDoors(services, workloads, namespace, cluster);
  const isOpen = [...doors.values()].flat().some(({ nodePort }) => nodePort !== undefined);
  const { items } = isOpen
    ? await cluster.list({ apiVersion: 'v1', kind: 'Node' }).catch(() => ({ items: [] }))
    : { items: [] };
  const addresses = items.flatMap((node) => mapsOf(fieldAt(node, ['status', 'addresses'])));
  const nodes = addresses.flatMap(({ type, address }) => (type === 'Hostname' ? [] : (textOf(address) ?? [])));
  return { proxy, doors, nodes, isLoadFromPods, signal };
}

const patienceMs = 1500;

type Knock = 'open' | 'closed' | 'silent';

/** Knocks at every port that is known of a pod; `wanted` is the port that load is sent to, by its number, declared or not, or its name. */
export async function reachPod(
  workload: RunWorkload,
  number: number,
  pod: PodState,
  wanted: number | string | undefined,
  parts: ReachParts,
): Promise<Reached> {
  const doors = parts.doors.get(workload.service) ?? [];
  const known = [
    ...workload.ports.map((port) => port.number),
    ...hintedPorts(workload.hints),
    ...doors.map(({ targetPort }) => targetPort),
  ];
  const asked = typeof wanted === 'number' && !doors.some(({ port }) => port === wanted) ? [wanted] : [];
  const numbers = [...new Set([...known, ...asked])];
  const own = workload.addressOf?.(number);
  const here = listensHere(pod);
  const straight = new Map<number, Way>();
  await Promise.all(
    numbers.map(async (port) => {
      const hosts = own === undefined ? hostsOf(pod, port, here) : [own];
      const found = await firstWay(
        hosts.map((host) => ({ host, port })),
        parts.signal,
      );
      if (found !== undefined) straight.set(port, found);
    }),
  );
  const isStraight = straight.size > 0 || numbers.length === 0;
  const load = new Map(straight);
  const { address } = pod;
  if (!isStraight && parts.isLoadFromPods && address !== undefined)
    for (const port of numbers) load.set(port, { address: hostPort(address, port), refuses: false });
  else if (!isStraight) for (const [port, door] of await throughServices(doors, parts)) load.set(port, door);
  const proxied = (port: number) => proxiedTo(pod, port, parts);
  const urlOf = (endpoint: { readonly port: number; readonly path: string } | undefined) => {
    if (!endpoint) return undefined;
    const address = straight.get(endpoint.port)?.address;
    const root = address === undefined ? proxied(endpoint.port) : `http://${address}`;
    return root && `${root}${endpoint.path.replace(/\/$/, '')}`;
  };
  const ways = waysOf(workload, load, doors);
  // A loopback address of another machine refuses here, whatever listens there.
  const isKnown = !(parts.isLoadFromPods && here === undefined && isLoopback(own ?? address ?? ''));
  const way = isKnown ? ways.get(String(wanted)) : undefined;
  return {
    isStraight: isStraight || parts.isLoadFromPods,
    refusedAt: way?.refuses ? way.address : undefined,
    ports: Object.fromEntries([...ways].map(([key, { address: at }]) => [key, `http://${at}`])),
    pprofUrl: urlOf(workload.hints.pprof),
    metricsUrl: urlOf(workload.hints.metrics),
  };
}

/** By the numbers and names that a scenario may write. */
function waysOf(
  { ports }: RunWorkload,
  load: ReadonlyMap<number, Way>,
  doors: readonly ServiceDoor[],
): ReadonlyMap<string, Way> {
  const own = [...load].map(([port, way]) => [String(port), way] as const);
  const named = [
    ...doors.map(({ port, targetPort }) => ({ key: String(port), number: targetPort })),
    ...ports.flatMap(({ name, number }) => (name === undefined ? [] : [{ key: name, number }])),
  ];
  const others = named.flatMap(({ key, number }) => {
    const way = load.get(number);
    return way === undefined ? [] : [[key, way] as const];
  });
  // A port that pods have themselves is meant before one that a Service calls so.
  return new Map([...others, ...own]);
}

/** The API server forwards to no loopback address. */
function proxiedTo({ namespace, name, address }: PodState, port: number, { proxy }: ReachParts): string | undefined {
  return address !== undefined && isLoopback(address) ? undefined : proxy.urlOf({ namespace, pod: name, port });
}

/** The first that takes connections; else, where somebody says that nothing listens, it is reached. */
async function firstWay(
  places: readonly { readonly host: string; readonly port: number }[],
  signal: AbortSignal,
): Promise<Way | undefined> {
  const knocks = await Promise.all(places.map(({ host, port }) => knock(host, port, signal)));
  const open = places[knocks.indexOf('open')];
  const place = open ?? places[knocks.indexOf('closed')];
  return place && { address: hostPort(place.host, place.port), refuses: open === undefined };
}

async function knock(host: string, port: number, signal: AbortSignal): Promise<Knock> {
  try {
    await askPort(host, port, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
    return 'open';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What stands before a port may take a connection and hang up, as nobody is behind it: that has no code.
    return code === undefined || code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'closed' : 'silent';
  }
}

function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function throughServices(
  doors: readonly ServiceDoor[],
  { nodes, signal }: ReachParts,
): Promise<(readonly [port: number, way: Way])[]> {
  const found = await Promise.all(
    doors.map(async ({ port, targetPort, nodePort, addresses }) => {
      const balanced = addresses.map((host) => ({ host, port }));
      const ofNodes = nodePort === undefined ? [] : nodes.map((host) => ({ host, port: nodePort }));
      const way = await firstWay([...balanced, ...ofNodes], signal);
      return way === undefined ? [] : [[targetPort, way] as const];
    }),
  );
  // Of two Services before one port that which takes connections is set last, and stands.
  return found.flat().sort(([, a], [, b]) => Number(b.refuses) - Number(a.refuses));
}

/** The doors of every workload, as the cluster has made its Services. */
async function serviceDoors(
  services: readonly KubeObject[],
  workloads: readonly RunWorkload[],
  namespace: string,
  cluster: Pick<KubeCluster, 'get'>,
): Promise<ReadonlyMap<string, readonly ServiceDoor[]>> {
  const made = await Promise.all(
    services.map(({ metadata: { name } }) => cluster.get({ apiVersion: 'v1', kind: 'Service', name, namespace })),
  );
  return new Map(
    workloads.map((workload) => [
      workload.service,
      made.flatMap((service) => (service && isSelected(service, workload.object) ? doorsOf(service, workload) : [])),
    ]),
  );
}

function doorsOf(service: KubeObject, { ports }: RunWorkload): ServiceDoor[] {
  const ingress = mapsOf(fieldAt(service, ['status', 'loadBalancer', 'ingress']));
  const addresses = ingress.flatMap((each) => textOf(each['ip']) ?? textOf(each['hostname']) ?? []);
  return mapsOf(fieldsOf(service['spec'])['ports']).flatMap((each) => {
    const port = portOf(each['port']);
    const target = textOf(each['targetPort']) ?? String(port);
    const targetPort = portOf(target) ?? ports.find(({ name }) => name === target)?.number;
    if (port === undefined || targetPort === undefined || (textOf(each['protocol']) ?? 'TCP') !== 'TCP') return [];
    return [{ service: service.metadata.name, port, targetPort, nodePort: portOf(each['nodePort']), addresses }];
  });
}
