/** The sockets of a network namespace to the `sock.` series of the target that holds some of them. */
import { isLoopbackAddress, isWildcard, type TcpSocket, tcpStates } from '../host/tcp-table.ts';

/** What of the sockets is the target's. */
export interface Holding {
  /** Whether a process of the target holds the socket with this inode. */
  holds(inode: string): boolean;
  /** Whether no one else is in its network namespace, so that what no process holds is its own as well. */
  readonly isAlone: boolean;
}

/** Another target in the same network namespace. */
export interface Neighbour {
  readonly id: string;
  readonly holding: Pick<Holding, 'holds'>;
}

/** A socket of the target that listens. */
type Listener = Pick<TcpSocket, 'inode' | 'receiveQueue'>;

/** The sockets of the target that listen; what no process holds has inode 0. */
export function listenersOf(sockets: readonly TcpSocket[], holding: Holding): TcpSocket[] {
  return sockets.filter(({ state, inode }) => state === tcpStates.listen && holding.holds(inode));
}

/**
 * Counts by state of the sockets that the target holds. A connection in TIME_WAIT nobody holds: it is the target's where it came in at a
 * port that the target listens on, or where nobody else is in its namespace. `limits` are those of accept queues, by inode; `others` the
 * targets of the same namespace, to which it may have connections.
 */
export function socketValues(
  sockets: readonly TcpSocket[],
  holding: Holding,
  limits: ReadonlyMap<string, number>,
  others: readonly Neighbour[] = [],
): Record<string, number> {
  const held = (wanted: string) =>
    sockets.filter(({ state, inode }) => state === wanted && inode !== '0' && holding.holds(inode)).length;
  const servers = serversOf(sockets);
  // Several may listen at one place (SO_REUSEPORT): whose of them it was, nobody knows.
  const isAt = (inodes: readonly string[], by: Pick<Holding, 'holds'>) =>
    inodes.length > 0 && inodes.every((inode) => by.holds(inode));
  const closed = sockets.filter(({ state }) => state === tcpStates.timeWait);
  const came = (socket: TcpSocket) => isAt(servers(socket.address, socket.port), holding);
  const isHere = localAddresses(sockets);
  const went = ({ peerAddress, peerPort }: TcpSocket, to: Pick<Holding, 'holds'>) =>
    isHere(peerAddress) && isAt(servers(peerAddress, peerPort), to);
  const opened = sockets.filter(
    (socket) =>
      (socket.state === tcpStates.established || socket.state === tcpStates.synSent) &&
      socket.inode !== '0' &&
      holding.holds(socket.inode),
  );
  return {
    'sock.established': held(tcpStates.established),
    'sock.syn_sent': held(tcpStates.synSent),
    'sock.close_wait': held(tcpStates.closeWait),
    'sock.time_wait': closed.filter((socket) => holding.isAlone || came(socket)).length,
    'sock.time_wait_clients': closed.filter((socket) => went(socket, holding)).length,
    ...Object.fromEntries(
      others.map(({ id, holding: other }) => [`sock.to.${id}`, opened.filter((socket) => went(socket, other)).length]),
    ),
    ...queueValues(listenersOf(sockets, holding), limits),
  };
}

/** Tells addresses of this namespace, as far as its sockets have them: what listens at all addresses listens at no others. */
function localAddresses(sockets: readonly TcpSocket[]): (address: string) => boolean {
  const known = new Set(sockets.map(({ address }) => address));
  return (address) => isLoopbackAddress(address) || known.has(address);
}

/** Finds the inodes of what listens where a connection came in, if anything does: its own address goes before all addresses. */
function serversOf(sockets: readonly TcpSocket[]): (address: string, port: number) => readonly string[] {
  const place = (address: string, port: number) => `${isWildcard(address) ? '*' : address}:${port}`;
  const servers = new Map<string, string[]>();
  for (const { state, address, port, inode } of sockets) {
    if (state !== tcpStates.listen) continue;
    const at = place(address, port);
    servers.set(at, [...(servers.get(at) ?? []), inode]);
  }
  return (address, port) => servers.get(place(address, port)) ?? servers.get(`*:${port}`) ?? [];
}

/** Of the queue that is nearest to its limit, because one that is full refuses connections however empty the others are. */
function queueValues(listeners: readonly Listener[], limits: ReadonlyMap<string, number>): Record<string, number> {
  const used = ({ inode, receiveQueue }: Listener) => receiveQueue / (limits.get(inode) ?? Number.POSITIVE_INFINITY);
  const [fullest] = listeners.toSorted((a, b) => used(b) - used(a) || b.receiveQueue - a.receiveQueue);
  if (!fullest) return {};
  const limit = limits.get(fullest.inode);
  return {
    'sock.accept_queue': fullest.receiveQueue,
    ...(limit === undefined ? {} : { 'sock.accept_queue_limit': limit }),
  };
}
