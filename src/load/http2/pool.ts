/** The HTTP/2 sessions of one run: another is opened when all streams that the servers allow are taken. */
import type { Arrival } from '../accounts/arrival.ts';
import { type Fate, mayResend, type Resend } from '../transport/lost-request.ts';
import { maxDials, type Pool, type PoolEvents } from '../transport/pool.ts';
import { createShares, type Shares } from '../transport/spread.ts';
import { createWaitingLine } from '../transport/waiting-line.ts';
import { newWay, type Way, wayOn } from '../transport/way.ts';
import { type H2Options, type H2Owner, H2Session } from './session.ts';

/** Streams that a session is expected to allow before one has said (RFC 9113, 6.5.2, recommends no less). */
const usualLimit = 100;

/** Limits of a pool, and what its sessions share. */
export interface H2PoolOptions extends H2Options {
  readonly maxConnections: number;
  /** How many arrivals may wait beyond those that a new session can still be opened for. */
  readonly maxQueue: number;
  readonly timeoutUs: number;
  readonly resend?: Resend;
  /** Whether requests go to all addresses in turn. */
  readonly spread?: boolean | undefined;
}

/** A pool that starts without sessions, on the caller's clock in microseconds; it carries arrivals as the pool of HTTP/1.1 does. */
export class H2Pool implements Pool, H2Owner {
  inFlight = 0;

  private readonly options: H2PoolOptions;
  private readonly events: PoolEvents;
  private readonly clock: () => number;
  private readonly all = new Set<H2Session>();
  private readonly dials = new Set<H2Session>();
  /** Dials that no arrival waits for. */
  private readonly besides = new Set<H2Session>();
  private readonly shares: Shares;
  private readonly line = createWaitingLine();
  /** Streams that the session allows which has said so last. */
  private limit = usualLimit;
  /** Where the last request went; most often there is room for the next. */
  private last: H2Session | undefined;
  /** How many sessions there have been. */
  private opened = 0;
  private isFilling = false;
  private isClosed = false;
  private heard = () => {};

  constructor(options: H2PoolOptions, events: PoolEvents, clock: () => number) {
    this.options = options;
    this.events = events;
    this.clock = clock;
    this.shares = createShares(options.dialer.routes);
  }

  get waiting(): number {
    return this.line.length;
  }

  get connections(): number {
    return this.all.size;
  }

  onHeard(listener: () => void): void {
    this.heard = listener;
  }

  dispatch(arrival: Arrival): void {
    const session = this.room();
    if (session) {
      this.send(session, arrival);
    } else if (this.isLineFull()) {
      arrival.state = 'over';
      this.events.turnedAway(arrival);
    } else {
      this.line.push(arrival);
      this.fillSoon();
    }
  }

  expire(arrival: Arrival): 'timedOut' | 'dropped' {
    const { carrier } = arrival;
    arrival.state = 'over';
    if (carrier) {
      this.inFlight--;
      carrier.abandon();
      this.serveLine();
      return 'timedOut';
    }
    this.line.left();
    return this.dials.size > 0 || arrival.firstCause !== undefined ? 'timedOut' : 'dropped';
  }

  expireDials(nowUs: number): void {
    const overdue = [...this.dials].filter(({ openedUs }) => nowUs - openedUs >= this.options.timeoutUs);
    for (const session of overdue) {
      session.destroy();
      this.dials.delete(session);
      this.all.delete(session);
    }
    for (const session of this.besides) {
      if (nowUs - session.openedUs < this.options.timeoutUs) continue;
      session.destroy();
      this.besides.delete(session);
      this.all.delete(session);
    }
    // At once, as in the pool of HTTP/1.1: who waits for a dial was not turned away by others.
    for (let left = overdue.length; left > 0 && this.mayDial(); left--) this.dial();
    this.fillSoon();
  }

  spreadOut(nowUs: number): void {
    if (this.options.spread !== true || this.isClosed) return;
    for (const to of this.shares.short(this.all, () => false, nowUs)) {
      if (this.besides.size >= maxDials || this.all.size >= this.options.maxConnections) return;
      this.besides.add(this.open(newWay(this.options.dialer.routes, this.clock(), to)));
    }
  }

  close(): void {
    this.isClosed = true;
    for (const session of this.all) session.destroy();
  }

  connected(session: H2Session): void {
    this.dials.delete(session);
    this.besides.delete(session);
    this.limit = session.limit;
    this.events.opened(session.connectUs, session.tlsUs);
    this.serveLine();
    this.heard();
  }

  answered(_session: H2Session, arrival: Arrival, failure: string | undefined): void {
    if (this.isClosed) return;
    this.inFlight--;
    arrival.state = 'over';
    this.events.answered(arrival, failure);
    this.serveLine();
    this.heard();
  }

  lost(_session: H2Session, arrival: Arrival, kind: string, fate: Fate): void {
    if (this.isClosed) return;
    this.inFlight--;
    arrival.carrier = undefined;
    if (fate === 'unread') this.events.unread(arrival);
    if (arrival.firstCause === undefined && mayResend(fate, arrival.request, 2, this.options.resend)) {
      arrival.state = 'waiting';
      arrival.firstCause = kind;
      this.line.push(arrival);
    } else {
      this.fail(arrival, kind);
    }
    this.serveLine();
    this.heard();
  }

  broke(session: H2Session, kind: string): void {
    if (this.isClosed) return;
    this.all.delete(session);
    const wasDial = this.dials.delete(session);
    const onward = this.besides.delete(session) ? undefined : wayOn(session, kind);
    if (onward) {
      this.events.redialled();
      this.dials.add(this.open(onward));
      return;
    }
    if (wasDial && this.line.length > this.dials.size) this.fail(this.line.shift(), kind);
    this.serveLine();
    this.heard();
  }

  private fail(arrival: Arrival | undefined, kind: string): void {
    if (!arrival) return;
    arrival.state = 'over';
    this.events.failed(arrival, arrival.firstCause ?? kind);
  }

  private room(): H2Session | undefined {
    if (this.options.spread !== true && this.last?.hasRoom) return this.last;
    const sessions = [...this.all];
    const after = this.options.spread === true && this.last ? sessions.indexOf(this.last) + 1 : 0;
    const inTurn = [...sessions.slice(after), ...sessions.slice(0, after)];
    this.last = inTurn.find(({ hasRoom }) => hasRoom);
    return this.last;
  }

  private serveLine(): void {
    while (this.line.length > 0) {
      const session = this.room();
      if (!session) break;
      const next = this.line.shift();
      if (next) this.send(session, next);
    }
    this.fillSoon();
  }

  private send(session: H2Session, arrival: Arrival): void {
    this.inFlight++;
    arrival.state = 'sent';
    this.events.sending(arrival);
    session.send(arrival);
  }

  private isLineFull(): boolean {
    const { maxConnections, maxQueue } = this.options;
    const mayStillOpen = (this.dials.size + maxConnections - this.all.size) * this.limit;
    return this.line.length >= mayStillOpen + maxQueue;
  }

  private mayDial(): boolean {
    const { line, dials, all, limit } = this;
    return line.length > dials.size * limit && dials.size < maxDials && all.size < this.options.maxConnections;
  }

  /** As in the pool of HTTP/1.1: after the answers that have already come are read. */
  private fillSoon(): void {
    if (this.isFilling || !this.mayDial()) return;
    this.isFilling = true;
    setImmediate(() => {
      this.isFilling = false;
      while (!this.isClosed && this.mayDial()) this.dial();
    });
  }

  private dial(): void {
    this.dials.add(this.open(newWay(this.options.dialer.routes, this.clock())));
  }

  private open(way: Way): H2Session {
    const session = new H2Session(this.options, this, this.clock, way, ++this.opened);
    this.all.add(session);
    return session;
  }
}
