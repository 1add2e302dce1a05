/** Where a pod may show its runtime, by what it says of itself, and by which ways this machine reaches it. */
import { mainProcess } from '../../host/container-processes.ts';
import type { KubeProxy } from '../../host/kube/proxy.ts';
import { isLoopback } from '../../host/loopback.ts';
import { type ListeningSocket, sharesNetwork, socketsOf } from '../../host/sockets.ts';
import { type Endpoint, readHints, refusesMetrics, type ServiceHints } from '../compose-file/service-labels.ts';
import type { PodState } from './pod-state.ts';

/** A URL to ask, and how it leads to the pod. */
export interface PodUrl {
  readonly url: string;
  readonly port: number;
  /** The URL of the port, without a path of the pod. */
  readonly root: string;
  readonly how: 'directly' | 'through the API server';
}

/** Addresses to ask for pprof and for metrics, the likeliest first. */
export interface PodPlaces {
  readonly hints: ServiceHints;
  readonly pprof: readonly PodUrl[];
  readonly metrics: readonly PodUrl[];
}

const usualPprofPort = 6060;
const usualPprofPath = '/debug/pprof';

/** What its annotations say, and its labels where those say nothing; usageError when one makes no sense. */
export function saidOf({ labels, annotations }: PodState): Readonly<Record<string, string>> {
  return { ...labels, ...annotations };
}

/** The places of a pod; a service that is asked for by a hint is not looked for elsewhere. */
export function podPlaces(
  pod: PodState,
  proxy: Pick<KubeProxy, 'urlOf'>,
  replicas: Readonly<Record<string, number>>,
): PodPlaces {
  const said = saidOf(pod);
  const hints = readHints(pod.workload, said, replicas);
  const here = listensHere(pod);
  const everywhere = (all: readonly number[], path: string) => all.map((port): Endpoint => ({ port, path }));
  const metricsPath = said['prometheus.io/path'] ?? '/metrics';
  const pprofAt = hints.pprof ? [hints.pprof] : everywhere(usualPorts(pod, here), usualPprofPath);
  const metricsAt = hints.metrics
    ? [hints.metrics]
    : refusesMetrics(said)
      ? []
      : everywhere(namedPorts(pod, here), metricsPath);
  const urls = (places: readonly Endpoint[]) => places.flatMap((place) => podUrls(pod, place, proxy, here));
  return { hints, pprof: urls(pprofAt), metrics: urls(metricsAt) };
}

/** The ways to one port of a pod: straight to its address, and through the API server, which speaks plain HTTP to every pod. */
export function podUrls(
  pod: Pick<PodState, 'namespace' | 'name' | 'address'>,
  { port, path }: Endpoint,
  proxy: Pick<KubeProxy, 'urlOf'>,
  here: readonly ListeningSocket[] | undefined,
  scheme: 'http' | 'https' = 'http',
): PodUrl[] {
  const at = (root: string, how: PodUrl['how']): PodUrl => ({
    url: `${root}${path.replace(/\/+$/, '')}`,
    port,
    root,
    how,
  });
  const straight = hostsOf(pod, port, here).map((host) =>
    at(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`, 'directly'),
  );
  // The API server refuses to forward to loopback addresses.
  if (scheme === 'https' || (pod.address !== undefined && isLoopback(pod.address))) return straight;
  return [...straight, at(proxy.urlOf({ namespace: pod.namespace, pod: pod.name, port }), 'through the API server')];
}

/** Where this machine may reach the ports of a pod that it names, or that it is seen to listen on; the name is empty where it has none. */
export function straightPlaces(
  pod: PodState,
): { readonly host: string; readonly port: number; readonly name: string }[] {
  const here = listensHere(pod);
  const names = new Map(
    pod.containers.flatMap(({ ports }) => ports.map(({ number, name }) => [number, name] as const)),
  );
  return namedPorts(pod, here).flatMap((port) =>
    hostsOf(pod, port, here).map((host) => ({ host, port, name: names.get(port) ?? '' })),
  );
}

/** Ports that may show pprof of a pod that does not say where: the usual one, those it names, and those it is seen to listen on. */
export function usualPorts(pod: PodState, here: readonly ListeningSocket[] | undefined): number[] {
  // At the usual port of its node another may answer.
  const usual = pod.sharesNetwork ? [] : [usualPprofPort];
  return [...new Set([...usual, ...namedPorts(pod, here)])];
}

function namedPorts({ containers }: PodState, here: readonly ListeningSocket[] | undefined): number[] {
  const named = containers.flatMap(({ ports }) => ports.map(({ number }) => number));
  return [...new Set([...named, ...(here ?? []).map(({ port }) => port)])];
}

/** Addresses of a port of a pod: a loopback address is that of the pod only where the pod is on this machine. */
export function hostsOf(
  { address }: Pick<PodState, 'address'>,
  port: number,
  here: readonly ListeningSocket[] | undefined,
) {
  const own = (here ?? []).flatMap((socket) => (socket.port === port ? [socket.address] : []));
  const named = own.filter((each) => each !== '0.0.0.0' && each !== '::' && !each.startsWith('('));
  if (named.length > 0) return named;
  return address === undefined || (isLoopback(address) && here === undefined) ? [] : [address];
}

/**
 * What the main process of a pod on this machine listens on, undefined of one elsewhere; in a network of its own its addresses are none of
 * this machine.
 */
export function listensHere({ containers: [main] }: PodState): readonly ListeningSocket[] | undefined {
  const pid = main.id === undefined ? undefined : mainProcess(main.id);
  if (pid === undefined) return undefined;
  const listens = socketsOf(pid);
  return sharesNetwork(pid) ? listens : listens.map((socket) => ({ ...socket, address: '0.0.0.0' }));
}
