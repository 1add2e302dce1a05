/** The connections of one run: opened when an arrival finds none free, kept until the server or a timeout ends them. */
import type { Arrival } from '../accounts/arrival.ts';
import type { Lender } from '../transport/lending.ts';
import { mayResend, type Resend } from '../transport/lost-request.ts';
import type { Pool, PoolEvents } from '../transport/pool.ts';
import { newWaitingLine } from '../transport/waiting-line.ts';
import { Connection, type ConnectionOptions, type ConnectionOwner } from './connection.ts';

/**
 * Connections being opened at one time. Without a limit a pause of 50 ms at 10,000 arrivals a second became 1,000 dials, whose
 * own work delayed more arrivals (p99 180 ms on two cores); with 16 the pool still grows by more than 10,000 a second.
 */
const maxDials = 16;

/** What happens to connections that the pool has lent. */
export type LentEvents = Pick<ConnectionOwner, 'lentHeard' | 'lentClosing'>;

/** Limits of a pool, and what its connections share. */
export interface PoolOptions extends ConnectionOptions {
  readonly maxConnections: number;
  /** How many arrivals may wait beyond those that a new connection can still be opened for. */
  readonly maxQueue: number;
  readonly timeoutUs: number;
  readonly resend?: Resend;
}

/** A pool without connections yet, on the caller's clock in microseconds. */
export function newPool(
  options: PoolOptions,
  events: PoolEvents & LentEvents,
  clock: () => number,
): Pool & Lender<Connection> {
  const all = new Set<Connection>();
  const dials = new Set<Connection>();
  /** Used from its end: the connection that worked last is the least likely to have been closed as idle. */
  const free: Connection[] = [];
  const line = newWaitingLine();
  let retrying = 0;
  let inFlight = 0;
  let isFilling = false;
  let isClosed = false;

  const owner: ConnectionOwner = {
    lentHeard: events.lentHeard,
    lentClosing: events.lentClosing,
    connected(connection) {
      dials.delete(connection);
      events.opened(connection.connectUs, connection.tlsUs);
      const { reserved } = connection;
      connection.reserved = undefined;
      if (reserved) {
        retrying--;
        send(connection, reserved);
      } else {
        use(connection);
      }
      fillSoon();
      events.heard();
    },
    answered(connection, arrival) {
      inFlight--;
      arrival.state = 'over';
      events.answered(arrival, connection.failureOf(arrival));
      if (connection.reader.reusable) {
        use(connection);
      } else {
        connection.destroy();
        all.delete(connection);
        fillSoon();
      }
      events.heard();
    },
    broke(connection, kind) {
      all.delete(connection);
      const wasDial = dials.delete(connection);
      const place = free.lastIndexOf(connection);
      if (place >= 0) free.splice(place, 1);
      if (connection.arrival) lose(connection, connection.arrival, kind);
      else if (connection.reserved) fail(connection.reserved, kind, 'retrying');
      else if (wasDial && line.length > dials.size) fail(line.shift(), kind, 'in line');
      fillSoon();
      events.heard();
    },
  };

  function use(connection: Connection): void {
    const next = line.shift();
    if (next) send(connection, next);
    else free.push(connection);
  }

  function send(connection: Connection, arrival: Arrival): void {
    claim(connection, arrival);
    connection.send(arrival);
  }

  function claim(connection: Connection, arrival: Arrival, sentUs?: number): void {
    inFlight++;
    arrival.state = 'sent';
    arrival.carrier = connection;
    events.sending(arrival, sentUs);
  }

  function dial(reserved: Arrival | undefined): Connection {
    const connection = new Connection(options, owner, clock);
    connection.reserved = reserved;
    all.add(connection);
    if (!reserved) dials.add(connection);
    return connection;
  }

  function mayDial(): boolean {
    return line.length > dials.size && dials.size < maxDials && all.size < options.maxConnections;
  }

  /**
   * One dial for each arrival in line, as far as the limits go; the answer on a busy connection may still come first. It
   * waits until the answers that have already come are read: after a pause of the generator they lie in the sockets, and
   * to dial for every overdue arrival before looking would burden the target for no reason of the target's.
   */
  function fillSoon(): void {
    if (isFilling || !mayDial()) return;
    isFilling = true;
    setImmediate(() => {
      isFilling = false;
      if (isClosed) return;
      while (mayDial()) dial(undefined);
    });
  }

  /**
   * A request that came to a kept connection after its server had closed it goes out once more on a new one, where its method
   * allows that. Browsers and Go's net/http client also send again what may have been read: a target that drops requests would
   * look well.
   */
  function lose(connection: Connection, arrival: Arrival, kind: string): void {
    inFlight--;
    const { fate, isReused } = connection;
    if (fate === 'unread') events.unread(arrival);
    if (!isReused || arrival.firstCause !== undefined || !mayResend(fate, arrival.request, 1, options.resend)) {
      fail(arrival, kind, 'sent');
      return;
    }
    arrival.state = 'waiting';
    arrival.firstCause = kind;
    retrying++;
    arrival.carrier = dial(arrival);
  }

  function fail(arrival: Arrival | undefined, kind: string, was: 'sent' | 'retrying' | 'in line'): void {
    if (!arrival) return;
    if (was === 'retrying') retrying--;
    arrival.state = 'over';
    events.failed(arrival, arrival.firstCause ?? kind);
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return line.length + retrying;
    },
    get connections() {
      return all.size;
    },
    dispatch(arrival) {
      const connection = free.pop();
      if (connection) return send(connection, arrival);
      const mayStillOpen = dials.size + options.maxConnections - all.size;
      if (line.length >= mayStillOpen + options.maxQueue) {
        arrival.state = 'over';
        return events.turnedAway(arrival);
      }
      line.push(arrival);
      fillSoon();
    },
    lend: () => free.pop(),
    giveBack: use,
    carry(connection, arrival, sentUs, written) {
      claim(connection, arrival, sentUs);
      connection.carry(arrival, written);
    },
    expire(arrival) {
      const { carrier, state } = arrival;
      arrival.state = 'over';
      if (carrier) {
        if (state === 'sent') inFlight--;
        else retrying--;
        carrier.abandon();
        return 'timedOut';
      }
      line.left();
      return dials.size > 0 ? 'timedOut' : 'dropped';
    },
    expireDials(nowUs) {
      const overdue = [...dials].filter(({ openedUs }) => nowUs - openedUs >= options.timeoutUs);
      for (const connection of overdue) {
        connection.destroy();
        dials.delete(connection);
        all.delete(connection);
      }
      // At once: arrivals may expire again before the loop gets round, and one that waits for a dial was not turned away by others.
      for (let left = overdue.length; left > 0 && mayDial(); left--) dial(undefined);
      fillSoon();
    },
    close() {
      isClosed = true;
      for (const connection of all) connection.destroy();
    },
  };
}
