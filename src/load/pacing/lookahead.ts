/** The arrivals that are not sent yet: the next ones lie armed for the metronome thread, the others are still in the schedule. */
import type { Accounts } from '../accounts/accounts.ts';
import type { Arrival } from '../accounts/arrival.ts';
import type { RequestSource } from '../requests/source.ts';
import type { WireRequest } from '../requests/wire-request.ts';
import type { ArrivalCursor } from '../schedule/arrivals.ts';
import type { Borrower, Lender, LentConnection } from '../transport/lending.ts';
import {
  type ArmedRing,
  arm,
  disarm,
  isClaimed,
  isWritten,
  pass,
  revoke,
  sentUsOf,
  slotBytes,
  slotCount,
  writtenOf,
} from './armed-ring.ts';

/** How far ahead arrivals are armed: somebody looks every 10 ms even when no answer comes. */
const horizonUs = 20_000;

interface Entry<Connection> {
  readonly dueUs: number;
  readonly step: number;
  readonly request: WireRequest;
  connection: Connection | undefined;
}

/** What it takes to have arrivals sent by the metronome. */
export interface Arming<Connection extends LentConnection> {
  readonly ring: ArmedRing;
  readonly lender: Lender<Connection>;
}

/** What a lookahead is made of. */
export interface LookaheadParts<Connection extends LentConnection> {
  readonly cursor: Pick<ArrivalCursor, 'dueUs' | 'step' | 'advance'>;
  readonly nextRequest: RequestSource;
  readonly accounts: Pick<Accounts, 'fellDue'>;
  /** Without it nothing is armed. */
  readonly arming: Arming<Connection> | undefined;
  /** In microseconds, as the due times. */
  readonly clock: () => number;
}

/** The arrivals of a schedule in their order, without those that the metronome has sent. */
export class Lookahead<Connection extends LentConnection> implements Borrower<Connection> {
  private readonly cursor: LookaheadParts<Connection>['cursor'];
  private readonly nextRequest: RequestSource;
  private readonly accounts: LookaheadParts<Connection>['accounts'];
  private readonly arming: Arming<Connection> | undefined;
  private readonly clock: () => number;
  private readonly entries: (Entry<Connection> | undefined)[] = Array.from({ length: slotCount });
  /** The first arrival that is not sent yet, and the one at which the cursor stands; those between have entries. */
  private head = 0;
  private tail = 0;
  /** The request of the cursor's arrival, when it was made but could not be armed. */
  private held: WireRequest | undefined;
  private hasGaps = false;

  constructor({ cursor, nextRequest, accounts, arming, clock }: LookaheadParts<Connection>) {
    this.cursor = cursor;
    this.nextRequest = nextRequest;
    this.accounts = accounts;
    this.arming = arming;
    this.clock = clock;
  }

  /** When the first of them falls due; `Infinity` after the last one. */
  get dueUs(): number {
    const { cursor } = this;
    return (this.head < this.tail ? this.entryOf(this.head) : cursor)?.dueUs ?? cursor.dueUs;
  }

  /** Enters what the metronome has sent into the accounts. */
  settle(): void {
    const { arming } = this;
    for (; arming && this.head < this.tail; this.head++) {
      const entry = this.entryOf(this.head);
      if (!entry?.connection || !isWritten(arming.ring, this.head)) return;
      this.carry(arming, entry, entry.connection, this.head);
    }
  }

  /** Takes the first, which is due, to be dispatched; undefined when the metronome is sending it. */
  take(nowUs: number): Arrival | undefined {
    const { arming } = this;
    if (this.head === this.tail) {
      const arrival = this.cursorFellDue(nowUs);
      this.advance();
      this.leaveHead();
      return arrival;
    }
    const entry = this.entryOf(this.head);
    if (!entry || (arming && entry.connection && !disarm(arming.ring, this.head))) return undefined;
    this.unlend(entry);
    this.leaveHead();
    return this.fellDue(entry, nowUs);
  }

  /** Arms those that fall due next, as far as there are free connections. */
  arm(nowUs: number): void {
    const { arming, cursor } = this;
    if (!arming || (this.hasGaps && !this.fillGaps(arming))) return;
    while (this.tail - this.head < slotCount && cursor.dueUs > nowUs && cursor.dueUs < nowUs + horizonUs) {
      this.held ??= this.nextRequest();
      const { dueUs, step } = cursor;
      const connection = this.armed(arming, this.tail, this.held);
      if (!connection) return;
      this.entries[this.tail % slotCount] = { dueUs, step, request: this.held, connection };
      this.advance();
    }
  }

  /** Something is to be read on a lent connection: perhaps the answer. */
  lentHeard(connection: Connection): void {
    const { arming } = this;
    if (arming) this.settleFor(arming, connection);
  }

  lentClosing(connection: Connection): void {
    const { arming } = this;
    if (!arming) return;
    if (revoke(arming.ring, connection.lentFor)) this.takeFrom(arming, connection);
    else this.settleFor(arming, connection);
  }

  yieldLast(): boolean {
    const { arming } = this;
    for (let arrival = this.tail - 1; arming && arrival >= this.head; arrival--) {
      const entry = this.entryOf(arrival);
      if (!entry?.connection || !disarm(arming.ring, arrival)) continue;
      this.hasGaps = true;
      this.unlend(entry);
      return true;
    }
    return false;
  }

  /** Counts what is due as planned and has nothing sent any more. */
  stop(nowUs: number): void {
    for (; this.head < this.tail; this.head++) {
      const entry = this.entryOf(this.head);
      if (entry) this.stopEntry(entry, this.head, nowUs);
    }
    for (; this.cursor.dueUs <= nowUs; this.cursor.advance()) {
      this.cursorFellDue(nowUs);
      this.held = undefined;
    }
  }

  private entryOf(arrival: number): Entry<Connection> | undefined {
    return this.entries[arrival % slotCount];
  }

  private fellDue({ step, dueUs, request }: Entry<Connection>, nowUs: number): Arrival {
    return this.accounts.fellDue(step, dueUs, nowUs, request);
  }

  private cursorFellDue(nowUs: number): Arrival {
    const { step, dueUs } = this.cursor;
    return this.accounts.fellDue(step, dueUs, nowUs, this.held ?? this.nextRequest());
  }

  private advance(): void {
    this.held = undefined;
    this.cursor.advance();
    this.tail++;
  }

  private leaveHead(): void {
    this.head++;
    if (this.arming) pass(this.arming.ring, this.head);
  }

  private carry(
    { ring, lender }: Arming<Connection>,
    entry: Entry<Connection>,
    connection: Connection,
    arrival: number,
  ): void {
    const sentUs = sentUsOf(ring, arrival);
    // Its answer may be here before the metronome has said that it has written everything.
    const written = isWritten(ring, arrival) ? writtenOf(ring, arrival) : entry.request.bytes.length;
    connection.lentFor = -1;
    lender.carry(connection, this.fellDue(entry, sentUs), sentUs, written);
  }

  private unlend(entry: Entry<Connection>): void {
    const { connection } = entry;
    entry.connection = undefined;
    if (!connection) return;
    connection.lentFor = -1;
    this.arming?.lender.giveBack(connection);
  }

  /** A connection on which the request of an arrival is now armed; undefined when there is none, or it cannot be. */
  private armed({ ring, lender }: Arming<Connection>, arrival: number, { bytes }: WireRequest): Connection | undefined {
    if (bytes.length > slotBytes) return undefined;
    const connection = lender.lendTo(this);
    if (!connection) return undefined;
    if (connection.fd >= 0 && arm(ring, arrival, connection.fd, bytes)) {
      connection.lentFor = arrival;
      return connection;
    }
    lender.giveBack(connection);
    return undefined;
  }

  /** Connections go to the arrivals that fall due first; false when there are not enough. */
  private fillGaps(arming: Arming<Connection>): boolean {
    for (let arrival = this.head; arrival < this.tail; arrival++) {
      const entry = this.entryOf(arrival);
      if (!entry || entry.connection) continue;
      entry.connection = this.armed(arming, arrival, entry.request);
      if (!entry.connection) return false;
    }
    this.hasGaps = false;
    return true;
  }

  /** A connection that will not carry what lay armed on it. */
  private takeFrom({ ring }: Arming<Connection>, connection: Connection): void {
    const { lentFor } = connection;
    const entry = this.entryOf(lentFor);
    if (entry) entry.connection = undefined;
    connection.lentFor = -1;
    this.hasGaps = true;
    // What falls due later gives its connections up, for they are dealt out again in order.
    for (let arrival = lentFor + 1; arrival < this.tail; arrival++) {
      const later = this.entryOf(arrival);
      if (later?.connection && disarm(ring, arrival)) this.unlend(later);
    }
  }

  /** Enters what was sent up to the arrival of a connection, if the metronome has come to that. */
  private settleFor(arming: Arming<Connection>, connection: Connection): void {
    const arrival = connection.lentFor;
    if (!isClaimed(arming.ring, arrival)) return;
    for (this.settle(); this.head < arrival; this.settle()) {
      // The metronome has left it out, for it was late or not armed.
      const skipped = this.take(this.clock());
      if (skipped) arming.lender.dispatch(skipped);
    }
    if (this.head !== arrival) return;
    const entry = this.entryOf(this.head++);
    if (entry) this.carry(arming, entry, connection, arrival);
  }

  private stopEntry(entry: Entry<Connection>, arrival: number, nowUs: number): void {
    const { arming } = this;
    const { connection } = entry;
    if (arming && connection && !revoke(arming.ring, arrival)) {
      this.carry(arming, entry, connection, arrival);
      return;
    }
    if (connection) connection.lentFor = -1;
    if (entry.dueUs <= nowUs) this.fellDue(entry, nowUs);
  }
}
