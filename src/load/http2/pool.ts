/** The HTTP/2 sessions of one run: another is opened when all streams that the servers allow are taken. */
import type { Arrival } from '../accounts/arrival.ts';
import { mayResend, type Resend } from '../transport/lost-request.ts';
import type { Pool, PoolEvents } from '../transport/pool.ts';
import { newWaitingLine } from '../transport/waiting-line.ts';
import { type H2Options, type H2Owner, H2Session } from './session.ts';

/** Sessions being opened at one time, as in the pool of HTTP/1.1. */
const maxDials = 16;

/** Streams that a session is expected to allow before one has said (RFC 9113, 6.5.2, recommends no less). */
const usualLimit = 100;

/** Limits of a pool, and what its sessions share. */
export interface H2PoolOptions extends H2Options {
  readonly maxConnections: number;
  /** How many arrivals may wait beyond those that a new session can still be opened for. */
  readonly maxQueue: number;
  readonly timeoutUs: number;
  readonly resend?: Resend;
}

/** A pool without sessions yet, on the caller's clock in microseconds; it carries arrivals as the pool of HTTP/1.1 does. */
export function newH2Pool(options: H2PoolOptions, events: PoolEvents, clock: () => number): Pool {
  const all = new Set<H2Session>();
  const dials = new Set<H2Session>();
  const line = newWaitingLine();
  let inFlight = 0;
  let isFilling = false;
  let isClosed = false;
  let limit = usualLimit;
  /** Where the last request went; most often there is room for the next. */
  let last: H2Session | undefined;

  const owner: H2Owner = {
    connected(session) {
      dials.delete(session);
      limit = session.limit;
      events.opened(session.connectUs, session.tlsUs);
      serveLine();
      events.heard();
    },
    answered(_, arrival, failure) {
      if (isClosed) return;
      inFlight--;
      arrival.state = 'over';
      events.answered(arrival, failure);
      serveLine();
      events.heard();
    },
    lost(_, arrival, kind, fate) {
      if (isClosed) return;
      inFlight--;
      arrival.carrier = undefined;
      if (fate === 'unread') events.unread(arrival);
      if (arrival.firstCause === undefined && mayResend(fate, arrival.request, 2, options.resend)) {
        arrival.state = 'waiting';
        arrival.firstCause = kind;
        line.push(arrival);
      } else {
        fail(arrival, kind);
      }
      serveLine();
      events.heard();
    },
    broke(session, kind) {
      if (isClosed) return;
      all.delete(session);
      const wasDial = dials.delete(session);
      if (wasDial && line.length > dials.size) fail(line.shift(), kind);
      serveLine();
      events.heard();
    },
  };

  function fail(arrival: Arrival | undefined, kind: string): void {
    if (!arrival) return;
    arrival.state = 'over';
    events.failed(arrival, arrival.firstCause ?? kind);
  }

  function room(): H2Session | undefined {
    if (last?.hasRoom) return last;
    last = undefined;
    for (const session of all) {
      if (!session.hasRoom) continue;
      last = session;
      return session;
    }
    return undefined;
  }

  function serveLine(): void {
    for (let session = line.length > 0 ? room() : undefined; session; session = line.length > 0 ? room() : undefined) {
      const next = line.shift();
      if (next) send(session, next);
    }
    fillSoon();
  }

  function send(session: H2Session, arrival: Arrival): void {
    inFlight++;
    arrival.state = 'sent';
    events.sending(arrival);
    session.send(arrival);
  }

  function mayDial(): boolean {
    return line.length > dials.size * limit && dials.size < maxDials && all.size < options.maxConnections;
  }

  /** As in the pool of HTTP/1.1: after the answers that have already come are read. */
  function fillSoon(): void {
    if (isFilling || !mayDial()) return;
    isFilling = true;
    setImmediate(() => {
      isFilling = false;
      while (!isClosed && mayDial()) dial();
    });
  }

  function dial(): void {
    const session = new H2Session(options, owner, clock);
    all.add(session);
    dials.add(session);
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return line.length;
    },
    get connections() {
      return all.size;
    },
    dispatch(arrival) {
      const session = room();
      if (session) return send(session, arrival);
      const mayStillOpen = (dials.size + options.maxConnections - all.size) * limit;
      if (line.length >= mayStillOpen + options.maxQueue) {
        arrival.state = 'over';
        return events.turnedAway(arrival);
      }
      line.push(arrival);
      fillSoon();
    },
    expire(arrival) {
      const { carrier } = arrival;
      arrival.state = 'over';
      if (carrier) {
        inFlight--;
        carrier.abandon();
        serveLine();
        return 'timedOut';
      }
      line.left();
      return dials.size > 0 || arrival.firstCause !== undefined ? 'timedOut' : 'dropped';
    },
    expireDials(nowUs) {
      const overdue = [...dials].filter(({ openedUs }) => nowUs - openedUs >= options.timeoutUs);
      for (const session of overdue) {
        session.destroy();
        dials.delete(session);
        all.delete(session);
      }
      // At once, as in the pool of HTTP/1.1: who waits for a dial was not turned away by others.
      for (let left = overdue.length; left > 0 && mayDial(); left--) dial();
      fillSoon();
    },
    close() {
      isClosed = true;
      for (const session of all) session.destroy();
    },
  };
}
