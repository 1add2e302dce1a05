/** Whose sockets take connections at the addresses of a pod that it has in common with its node, where another program may be first (Linux, /proc). */
import { basename } from 'node:path';
import { isInContainer, mainProcess } from '../../host/container-processes.ts';
import { executableLink } from '../../host/processes.ts';
import { answering, type ListeningSocket, listeningSockets, sharesNetwork, socketOwners } from '../../host/sockets.ts';
import type { PodState } from '../pods/pod-state.ts';
import type { Reached } from './reach.ts';
import type { RunWorkload } from './run-objects.ts';

/** What is looked at on this machine. */
export interface Sight {
  /** Whether the pod is in the network of this process. */
  isHere(pod: PodState): boolean;
  sockets(): readonly ListeningSocket[];
  /** The processes that hold them, by inode, as far as this user may see that. */
  ownersOf(sockets: readonly ListeningSocket[]): ReadonlyMap<string, number>;
  isOf(pid: number, pod: PodState): boolean;
  /** For people. */
  nameOf(pid: number): string;
}

const realSight: Sight = {
  isHere: ({ containers }) =>
    containers.some(({ id }) => {
      const pid = id === undefined ? undefined : mainProcess(id);
      return pid !== undefined && sharesNetwork(pid);
    }),
  sockets: listeningSockets,
  ownersOf: socketOwners,
  isOf: (pid, { containers }) => containers.some(({ id }) => id !== undefined && isInContainer(pid, id)),
  nameOf: (pid) => basename(executableLink(pid)) || 'another program',
};

/** Where the pod itself is reached, as far as can be seen. */
interface OwnPorts extends Reached {
  /** Who else answers where load is to go, or where its own hints say that it shows its runtime: `127.0.0.2:80 is answered by nginx (pid 4711)`. */
  readonly takenBy: string | undefined;
  /** `host:port` where load is to go and nobody here can see who answers. */
  readonly unseenAt: string | undefined;
}

/** Leaves out every address at which another program answers. */
export function ownPorts(
  found: Reached,
  { hints }: Pick<RunWorkload, 'hints'>,
  pod: PodState,
  wanted: number | string | undefined,
  sight: Sight = realSight,
): OwnPorts {
  const none = { ...found, takenBy: undefined, unseenAt: undefined };
  // What leads to a pod from elsewhere is none of its sockets.
  if (!pod.sharesNetwork || !found.isStraight) return none;
  const load = wanted === undefined ? undefined : found.ports[String(wanted)];
  if (!sight.isHere(pod)) return { ...none, unseenAt: load && placeOf(load) };
  const shown = (url: string | undefined, hint: { readonly port: number } | undefined) =>
    url !== undefined && new URL(url).port === String(hint?.port) ? [url] : [];
  const [pprof, metrics] = [shown(found.pprofUrl, hints.pprof), shown(found.metricsUrl, hints.metrics)];
  const owners = ownersOf([...Object.values(found.ports), ...pprof, ...metrics], pod, sight);
  const isOthers = (url: string) => typeof owners.get(url) === 'object';
  const meant = [...(load === undefined ? [] : [load]), ...pprof, ...metrics];
  const other = meant.map((url) => owners.get(url)).find((owner) => typeof owner === 'object');
  const isUnseen = load !== undefined && found.refusedAt === undefined && owners.get(load) === 'unseen';
  return {
    ...found,
    ports: Object.fromEntries(Object.entries(found.ports).filter(([, url]) => !isOthers(url))),
    pprofUrl: pprof.some(isOthers) ? undefined : found.pprofUrl,
    metricsUrl: metrics.some(isOthers) ? undefined : found.metricsUrl,
    takenBy: other?.words,
    unseenAt: isUnseen ? placeOf(load) : undefined,
  };
}

type Owner = 'own' | 'unseen' | { readonly words: string };

function ownersOf(urls: readonly string[], pod: PodState, sight: Sight): ReadonlyMap<string, Owner> {
  const sockets = sight.sockets();
  const found = new Map(urls.map((url) => [url, socketAt(new URL(url), sockets)]));
  const pids = sight.ownersOf([...found.values()].filter((socket) => socket !== undefined));
  return new Map(
    [...found].map(([url, socket]): [string, Owner] => {
      const pid = socket && pids.get(socket.inode);
      if (pid === undefined) return [url, 'unseen'];
      if (sight.isOf(pid, pod)) return [url, 'own'];
      return [url, { words: `${placeOf(url)} is answered by ${sight.nameOf(pid)} (pid ${pid})` }];
    }),
  );
}

/** The kernel's table of IPv6 sockets is read only as far as loopback. */
function socketAt({ hostname, port }: URL, sockets: readonly ListeningSocket[]): ListeningSocket | undefined {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host.includes(':') && host !== '::1' ? undefined : answering(sockets, host, Number(port || 80));
}

/** `host:port`. */
function placeOf(url: string): string {
  return url.replace(/^http:\/\//, '').replace(/\/.*$/, '');
}
