/** Connections to all addresses of a target: requests go to them in turn, and one that comes back is dialled again. */
import { type DialTo, placeOf, type Routes } from './dialer.ts';

/** After so long an address that did not take a connection is tried again; a dial that is refused takes some 0.1 ms. */
const againUs = 100_000;

/** What leads to one of the addresses. */
interface Placed {
  readonly to: DialTo;
}

/** Connections that wait for a request. */
export interface FreeList<Connection extends Placed> {
  push(connection: Connection): void;
  /** The one to be used next, which is free no longer. */
  pop(): Connection | undefined;
  /** The same of one address. */
  popOf(to: DialTo): Connection | undefined;
  remove(connection: Connection): void;
}

/** Used from its end: the connection that worked last is the least likely to have been closed as idle. Spread, each address in its turn. */
export function createFreeList<Connection extends Placed>(isSpread: boolean): FreeList<Connection> {
  const stacks = new Map<string, Connection[]>();
  let order: Connection[][] = [];
  let turn = 0;
  const stackOf = (to: DialTo) => {
    const place = isSpread ? placeOf(to) : '';
    let stack = stacks.get(place);
    if (!stack) {
      stack = [];
      stacks.set(place, stack);
      order = [...stacks.values()];
    }
    return stack;
  };
  return {
    push: (connection) => void stackOf(connection.to).push(connection),
    pop() {
      for (let tries = order.length; tries > 0; tries--) {
        const connection = order[turn++ % order.length]?.pop();
        if (connection) return connection;
      }
      return undefined;
    },
    popOf: (to) => stackOf(to).pop(),
    remove(connection) {
      const stack = stackOf(connection.to);
      const place = stack.lastIndexOf(connection);
      if (place >= 0) stack.splice(place, 1);
    },
  };
}

/** Who has how many connections. */
export interface Shares {
  /** Addresses that have none, or that have less than an even part and are `busy`, and were not tried just now. */
  short(connections: Iterable<Placed>, isBusy: (to: DialTo) => boolean, nowUs: number): readonly DialTo[];
  /** The address that has most, if that is more than one. */
  richest(connections: Iterable<Placed>): DialTo | undefined;
}

/** Over the addresses of a dialer, whatever they are at the time. */
export function createShares(routes: Routes): Shares {
  const triedUs = new Map<string, number>();
  const counted = (connections: Iterable<Placed>) => {
    const counts = new Map<string, number>();
    for (const { to } of connections) counts.set(placeOf(to), (counts.get(placeOf(to)) ?? 0) + 1);
    return counts;
  };
  return {
    short(connections, isBusy, nowUs) {
      const counts = counted(connections);
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const even = Math.floor(total / routes.addresses.length);
      return routes.addresses.filter((to) => {
        const place = placeOf(to);
        const own = counts.get(place) ?? 0;
        if (own > 0 && (own >= even || !isBusy(to))) return false;
        if (own === 0 && nowUs - (triedUs.get(place) ?? Number.NEGATIVE_INFINITY) < againUs) return false;
        triedUs.set(place, nowUs);
        return true;
      });
    },
    richest(connections) {
      const counts = [...counted(connections)].sort((a, b) => b[1] - a[1]);
      const most = counts[0];
      return most && most[1] > 1 ? [...connections].find(({ to }) => placeOf(to) === most[0])?.to : undefined;
    },
  };
}
