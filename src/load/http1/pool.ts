/** The connections of one run: opened when an arrival finds none free, kept until the server or a timeout ends them. */
import type { Arrival } from '../accounts/arrival.ts';
import type { DialTo } from '../transport/dialer.ts';
import type { Borrower, Lender } from '../transport/lending.ts';
import { mayResend, type Resend } from '../transport/lost-request.ts';
import { maxDials, type Pool, type PoolEvents } from '../transport/pool.ts';
import { createFreeList, createShares, type FreeList, type Shares } from '../transport/spread.ts';
import { createWaitingLine } from '../transport/waiting-line.ts';
import { newWay, type Way, wayOn } from '../transport/way.ts';
import { Connection, type ConnectionOptions, type ConnectionOwner } from './connection.ts';

/** Limits of a pool, and what its connections share. */
export interface Http1PoolOptions extends ConnectionOptions {
  readonly maxConnections: number;
  /** How many arrivals may wait beyond those that a new connection can still be opened for. */
  readonly maxQueue: number;
  readonly timeoutUs: number;
  readonly resend?: Resend;
  /** Whether requests go to all addresses in turn. */
  readonly spread?: boolean | undefined;
}

/** A pool that starts without connections, on the caller's clock in microseconds. */
export class Http1Pool implements Pool, Lender<Connection>, ConnectionOwner {
  inFlight = 0;

  private readonly options: Http1PoolOptions;
  private readonly events: PoolEvents;
  private readonly clock: () => number;
  private readonly all = new Set<Connection>();
  private readonly dials = new Set<Connection>();
  /** Dials that no arrival waits for. */
  private readonly besides = new Set<Connection>();
  private readonly free: FreeList<Connection>;
  private readonly shares: Shares;
  private readonly line = createWaitingLine();
  private retrying = 0;
  /** How many connections there have been. */
  private opened = 0;
  private borrower: Borrower<Connection> | undefined;
  private isFilling = false;
  private isClosed = false;
  private heard = () => {};

  constructor(options: Http1PoolOptions, events: PoolEvents, clock: () => number) {
    this.options = options;
    this.events = events;
    this.clock = clock;
    this.free = createFreeList(options.spread === true);
    this.shares = createShares(options.dialer.routes);
  }

  get waiting(): number {
    return this.line.length + this.retrying;
  }

  get connections(): number {
    return this.all.size;
  }

  onHeard(listener: () => void): void {
    this.heard = listener;
  }

  dispatch(arrival: Arrival): void {
    // What is due now goes before what connections are lent for.
    const connection = this.free.pop() ?? (this.borrower?.yieldLast() ? this.free.pop() : undefined);
    if (connection) {
      this.send(connection, arrival);
    } else if (this.isLineFull()) {
      arrival.state = 'over';
      this.events.turnedAway(arrival);
    } else {
      this.line.push(arrival);
      this.fillSoon();
    }
  }

  lendTo(borrower: Borrower<Connection>): Connection | undefined {
    const connection = this.free.pop();
    this.borrower = borrower;
    if (connection) connection.borrower = borrower;
    return connection;
  }

  /** Gives it to who has waited longest; without anybody it is free. */
  giveBack(connection: Connection): void {
    const next = this.line.shift();
    if (next) this.send(connection, next);
    else this.free.push(connection);
  }

  carry(connection: Connection, arrival: Arrival, sentUs: number, written: number): void {
    this.claim(connection, arrival, sentUs);
    connection.carry(arrival, written);
  }

  expire(arrival: Arrival): 'timedOut' | 'dropped' {
    const { carrier, state } = arrival;
    arrival.state = 'over';
    if (carrier) {
      if (state === 'sent') this.inFlight--;
      else this.retrying--;
      carrier.abandon();
      return 'timedOut';
    }
    this.line.left();
    return this.dials.size > 0 ? 'timedOut' : 'dropped';
  }

  expireDials(nowUs: number): void {
    const overdue = [...this.dials].filter(({ openedUs }) => nowUs - openedUs >= this.options.timeoutUs);
    for (const connection of overdue) {
      connection.destroy();
      this.dials.delete(connection);
      this.all.delete(connection);
    }
    for (const connection of this.besides) {
      if (nowUs - connection.openedUs < this.options.timeoutUs) continue;
      connection.destroy();
      this.besides.delete(connection);
      this.all.delete(connection);
    }
    // At once: arrivals may expire again before the loop gets round, and one that waits for a dial was not turned away by others.
    for (let left = overdue.length; left > 0 && this.mayDial(); left--) this.dial(undefined);
    this.fillSoon();
  }

  spreadOut(nowUs: number): void {
    if (this.options.spread !== true || this.isClosed) return;
    const isBusy = (to: DialTo) => {
      const free = this.free.popOf(to);
      if (free) this.free.push(free);
      return free === undefined;
    };
    for (const to of this.shares.short(this.all, isBusy, nowUs)) {
      if (this.besides.size >= maxDials) return;
      if (this.all.size >= this.options.maxConnections && !this.makeRoom()) return;
      this.besides.add(this.open(newWay(this.options.dialer.routes, this.clock(), to)));
    }
  }

  close(): void {
    this.isClosed = true;
    for (const connection of this.all) connection.destroy();
  }

  connected(connection: Connection): void {
    this.dials.delete(connection);
    this.besides.delete(connection);
    this.events.opened(connection.connectUs, connection.tlsUs);
    const { reserved } = connection;
    connection.reserved = undefined;
    if (reserved) {
      this.retrying--;
      this.send(connection, reserved);
    } else {
      this.giveBack(connection);
    }
    this.fillSoon();
    this.heard();
  }

  answered(connection: Connection, arrival: Arrival): void {
    this.inFlight--;
    arrival.state = 'over';
    this.events.answered(arrival, connection.failureOf(arrival));
    if (connection.reader.reusable) {
      this.giveBack(connection);
    } else {
      connection.destroy();
      this.all.delete(connection);
      this.fillSoon();
    }
    this.heard();
  }

  broke(connection: Connection, kind: string): void {
    this.all.delete(connection);
    const wasDial = this.dials.delete(connection);
    this.free.remove(connection);
    if (this.besides.delete(connection)) return;
    const onward = wayOn(connection, kind);
    if (onward && !this.isClosed) {
      this.events.redialled();
      this.dial(connection.reserved, onward);
      return;
    }
    if (connection.arrival) this.lose(connection, connection.arrival, kind);
    else if (connection.reserved) this.fail(connection.reserved, kind, 'retrying');
    else if (wasDial && this.line.length > this.dials.size) this.fail(this.line.shift(), kind, 'in line');
    this.fillSoon();
    this.heard();
  }

  private send(connection: Connection, arrival: Arrival): void {
    this.claim(connection, arrival);
    connection.send(arrival);
  }

  private claim(connection: Connection, arrival: Arrival, sentUs?: number): void {
    this.inFlight++;
    arrival.state = 'sent';
    arrival.carrier = connection;
    this.events.sending(arrival, sentUs);
  }

  private dial(reserved: Arrival | undefined, way = newWay(this.options.dialer.routes, this.clock())): Connection {
    const connection = this.open(way);
    connection.reserved = reserved;
    if (reserved) reserved.carrier = connection;
    else this.dials.add(connection);
    return connection;
  }

  private open(way: Way): Connection {
    const connection = new Connection(this.options, this, this.clock, way, ++this.opened);
    this.all.add(connection);
    return connection;
  }

  /** Closes a free connection of the address that has most. */
  private makeRoom(): boolean {
    const to = this.shares.richest(this.all);
    const spare = to && this.free.popOf(to);
    if (!spare) return false;
    spare.destroy();
    this.all.delete(spare);
    return true;
  }

  private isLineFull(): boolean {
    const { maxConnections, maxQueue } = this.options;
    const mayStillOpen = this.dials.size + maxConnections - this.all.size;
    return this.line.length >= mayStillOpen + maxQueue;
  }

  private mayDial(): boolean {
    const { line, dials, all } = this;
    return line.length > dials.size && dials.size < maxDials && all.size < this.options.maxConnections;
  }

  /**
   * One dial for each arrival in line, as far as the limits go; the answer on a busy connection may still come first. It
   * waits until the answers that have already come are read: after a pause of the generator they lie in the sockets, and
   * to dial for every overdue arrival before looking would burden the target for no reason of the target's.
   */
  private fillSoon(): void {
    if (this.isFilling || !this.mayDial()) return;
    this.isFilling = true;
    setImmediate(() => {
      this.isFilling = false;
      if (this.isClosed) return;
      while (this.mayDial()) this.dial(undefined);
    });
  }

  /**
   * A request that came to a kept connection after its server had closed it goes out once more on a new one, where its method
   * allows that. Browsers and Go's net/http client also send again what may have been read: a target that drops requests would
   * look well.
   */
  private lose(connection: Connection, arrival: Arrival, kind: string): void {
    this.inFlight--;
    const { fate, isReused } = connection;
    if (fate === 'unread') this.events.unread(arrival);
    if (!isReused || arrival.firstCause !== undefined || !mayResend(fate, arrival.request, 1, this.options.resend)) {
      this.fail(arrival, kind, 'sent');
      return;
    }
    arrival.state = 'waiting';
    arrival.firstCause = kind;
    this.retrying++;
    this.dial(arrival);
  }

  private fail(arrival: Arrival | undefined, kind: string, was: 'sent' | 'retrying' | 'in line'): void {
    if (!arrival) return;
    if (was === 'retrying') this.retrying--;
    arrival.state = 'over';
    this.events.failed(arrival, arrival.firstCause ?? kind);
  }
}
