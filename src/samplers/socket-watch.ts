/** Looks at the TCP sockets of all targets at once, because those in one network namespace share its tables: the `sock.` series. */
import { readListenLimits } from '../host/listen-limits.ts';
import { statOf } from '../host/processes.ts';
import { heldSockets, networkOf, processesByNetwork, tcpSocketsOf } from '../host/sockets.ts';
import type { TcpSocket } from '../host/tcp-table.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { refusal, type WatchContext } from './activity-watch.ts';
import type { PolledTarget } from './poll.ts';
import { type Holding, listenersOf, socketValues } from './socket-counts.ts';
import { indexOf, type SocketIndex } from './socket-index.ts';
import { sparing } from './sparing.ts';
import type { FindProcesses } from './target-processes.ts';

/** A target whose sockets are counted. */
export interface SocketTarget {
  readonly id: string;
  readonly find: FindProcesses;
}

/** The table of a namespace, and when it was read. */
interface Table {
  readonly sockets: SocketIndex;
  readonly atUs: number;
  readonly halfUs: number;
}

/** What one look found of one target. */
interface Seen {
  readonly id: string;
  readonly table: Table;
  readonly holding: Holding;
  /** Limits of its accept queues, by inode. */
  readonly known: ReadonlyMap<string, number>;
}

type Context = WatchContext & Pick<SamplerContext, 'env' | 'signal'>;

const unknownLimit = 'nobody tells it: there is no `ss` (package iproute2) that can look where it listens';

/** All of them, for polling; looks fall silent about one that does not run. */
export function polledSockets(targets: readonly SocketTarget[], context: Context): PolledTarget {
  const { clock, emit, source, errors, missing } = context;
  /** By inode; undefined where it was asked for in vain. */
  const limits = new Map<string, number | undefined>();

  async function readTable(pid: number): Promise<Table> {
    const askedUs = clock.nowUs();
    const sockets = await tcpSocketsOf(pid);
    const halfUs = (clock.nowUs() - askedUs) / 2;
    return { sockets: indexOf(sockets), halfUs, atUs: askedUs + halfUs };
  }

  async function limitsOf(target: string, pid: number, listeners: readonly TcpSocket[]): Promise<Map<string, number>> {
    const inodes = listeners.map(({ inode }) => inode);
    const unknown = inodes.filter((inode) => !limits.has(inode));
    if (unknown.length > 0) {
      const told = await readListenLimits(pid, unknown, context);
      for (const inode of unknown) limits.set(inode, told.get(inode));
    }
    const known = inodes.flatMap((inode): [string, number][] => {
      const limit = limits.get(inode);
      return limit === undefined ? [] : [[inode, limit]];
    });
    if (known.length < inodes.length) missing.add(target, ['sock.accept_queue_limit'], unknownLimit);
    return new Map(known);
  }

  async function look(signal: AbortSignal): Promise<void> {
    const seen: Seen[] = [];
    const tables = new Map<string, Table>();
    const own = networkOf('self');
    // Rampart itself is in its own, so that nobody else is alone there.
    let residents: ReturnType<typeof processesByNetwork> | undefined;
    const residentsOf = (network: string) => {
      if (network === own) return [];
      residents ??= processesByNetwork();
      return residents.get(network) ?? [];
    };
    for (const { id, find } of targets) {
      const pids = await find(signal);
      const [main] = 'reason' in pids ? [] : pids;
      if (main === undefined || 'reason' in pids) continue;
      const network = networkOf(main);
      const table = network && (tables.get(network) ?? (await readTable(main).catch(() => undefined)));
      const holding = network && table && (await holdingOf(pids, residentsOf(network)));
      if (!holding) {
        // Of what has ended nothing is missed.
        if (statOf(main)) missing.add(id, ['sock.*'], refusal);
        continue;
      }
      tables.set(network, table);
      errors.add(id, table.halfUs);
      const known = await limitsOf(id, main, listenersOf(table.sockets, holding));
      seen.push({ id, table, holding, known });
    }
    tell(seen);
  }

  function tell(seen: readonly Seen[]): void {
    for (const { id, table, holding, known } of seen) {
      const others = seen.filter((other) => other.table === table && other.id !== id);
      const values = socketValues(table.sockets, holding, known, others);
      emit({ kind: 'reading', atUs: table.atUs, target: id, source, values });
    }
  }
  return { id: 'host', look: sparing(clock, look) };
}

/** Undefined when the descriptors of one of the processes may not be read. */
async function holdingOf(pids: readonly number[], residents: readonly number[]): Promise<Holding | undefined> {
  const isAlone = residents.length > 0 && residents.every((pid) => pids.includes(pid));
  if (isAlone) return { isAlone, holds: () => true };
  const held = await Promise.all(pids.map((pid) => heldSockets(pid)));
  if (held.some((inodes) => inodes === undefined)) return undefined;
  return { isAlone, holds: (inode) => held.some((inodes) => inodes?.has(inode)) };
}
