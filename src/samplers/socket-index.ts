/** The sockets of a network namespace, told apart once for all of its targets: by state, and by who listens at either end. */
import { isLoopbackAddress, isWildcard, type TcpSocket, tcpStates } from '../host/tcp-table.ts';

/** The inodes of what listens at one place, one object for each place; empty where nothing does. */
export type Servers = readonly string[];

/** An open connection, and what listens at its other end in this namespace. */
interface Opened {
  readonly inode: string;
  readonly to: Servers;
}

/** What counts of a namespace's sockets; there may be tens of thousands in TIME_WAIT, and a good many targets. */
export interface SocketIndex {
  readonly listeners: readonly TcpSocket[];
  /** Those that a process holds, by state. */
  readonly held: ReadonlyMap<string, readonly string[]>;
  /** Connections in TIME_WAIT: all, those that came in at each place, and those whose other end came in there. */
  readonly closed: number;
  readonly closedAt: ReadonlyMap<Servers, number>;
  readonly closedTo: ReadonlyMap<Servers, number>;
  /** Established or about to be, to what listens in this namespace. */
  readonly opened: readonly Opened[];
}

/** Reads all sockets of a namespace once. */
export function indexOf(sockets: readonly TcpSocket[]): SocketIndex {
  const servers = serversOf(sockets);
  const isHere = localAddresses(sockets);
  const toOf = ({ peerAddress, peerPort }: TcpSocket) => (isHere(peerAddress) ? servers(peerAddress, peerPort) : none);
  const held = new Map<string, string[]>();
  const [closedAt, closedTo] = [new Map<Servers, number>(), new Map<Servers, number>()];
  const opened: Opened[] = [];
  let closed = 0;
  for (const socket of sockets) {
    const { state, address, port, inode } = socket;
    if (state === tcpStates.timeWait) {
      closed += 1;
      count(closedAt, servers(address, port));
      count(closedTo, toOf(socket));
    } else if (inode !== '0' && state !== tcpStates.listen) {
      const same = held.get(state) ?? [];
      if (same.push(inode) === 1) held.set(state, same);
      const isOpen = state === tcpStates.established || state === tcpStates.synSent;
      const to = isOpen ? toOf(socket) : none;
      if (to.length > 0) opened.push({ inode, to });
    }
  }
  const listeners = sockets.filter(({ state }) => state === tcpStates.listen);
  return { listeners, held, closed, closedAt, closedTo, opened };
}

const none: Servers = [];

function count(places: Map<Servers, number>, at: Servers): void {
  if (at.length > 0) places.set(at, (places.get(at) ?? 0) + 1);
}

/** Tells addresses of this namespace, as far as its sockets have them: what listens at all addresses listens at no others. */
function localAddresses(sockets: readonly TcpSocket[]): (address: string) => boolean {
  const known = new Set(sockets.map(({ address }) => address));
  return (address) => isLoopbackAddress(address) || known.has(address);
}

/** Finds what listens where a connection came in, if anything does: its own address goes before all addresses. */
function serversOf(sockets: readonly TcpSocket[]): (address: string, port: number) => Servers {
  const byPort = new Map<number, Map<string, string[]>>();
  for (const { state, address, port, inode } of sockets) {
    if (state !== tcpStates.listen) continue;
    const at = isWildcard(address) ? '*' : address;
    const places = byPort.get(port) ?? new Map<string, string[]>();
    byPort.set(port, places);
    places.set(at, [...(places.get(at) ?? []), inode]);
  }
  return (address, port) => {
    const places = byPort.get(port);
    return places?.get(isWildcard(address) ? '*' : address) ?? places?.get('*') ?? none;
  };
}
