/** The sockets of a network namespace to the `sock.` series of the target that holds some of them. */
import { type TcpSocket, tcpStates } from '../host/tcp-table.ts';
import type { Servers, SocketIndex } from './socket-index.ts';

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
export function listenersOf({ listeners }: SocketIndex, holding: Holding): TcpSocket[] {
  return listeners.filter(({ inode }) => holding.holds(inode));
}

/**
 * Counts by state of the sockets that the target holds. A connection in TIME_WAIT nobody holds: it is the target's where it came in at a
 * port that the target listens on, or where nobody else is in its namespace. `limits` are those of accept queues, by inode; `others` the
 * targets of the same namespace, to which it may have connections.
 */
export function socketValues(
  index: SocketIndex,
  holding: Holding,
  limits: ReadonlyMap<string, number>,
  others: readonly Neighbour[] = [],
): Record<string, number> {
  const held = (state: string) => index.held.get(state)?.filter((inode) => holding.holds(inode)).length ?? 0;
  const opened = index.opened.filter(({ inode }) => holding.holds(inode));
  return {
    'sock.established': held(tcpStates.established),
    'sock.syn_sent': held(tcpStates.synSent),
    'sock.close_wait': held(tcpStates.closeWait),
    'sock.time_wait': holding.isAlone ? index.closed : sumAt(index.closedAt, holding),
    'sock.time_wait_clients': sumAt(index.closedTo, holding),
    ...Object.fromEntries(
      others.map(({ id, holding: other }) => [`sock.to.${id}`, opened.filter(({ to }) => isAt(to, other)).length]),
    ),
    ...queueValues(listenersOf(index, holding), limits),
  };
}

/** Several may listen at one place (SO_REUSEPORT): whose of them it was, nobody knows. */
function isAt(servers: Servers, { holds }: Pick<Holding, 'holds'>): boolean {
  return servers.length > 0 && servers.every((inode) => holds(inode));
}

function sumAt(places: ReadonlyMap<Servers, number>, holding: Holding): number {
  return [...places].reduce((sum, [servers, count]) => (isAt(servers, holding) ? sum + count : sum), 0);
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
