/** The arrivals that are not sent yet: the next ones lie armed for the metronome thread, the others are still in the schedule. */
import type { Accounts } from '../accounts/accounts.ts';
import type { Arrival } from '../accounts/arrival.ts';
import type { RequestSource } from '../requests/source.ts';
import type { WireRequest } from '../requests/wire-request.ts';
import type { ArrivalCursor } from '../schedule/arrivals.ts';
import type { Lender, LentConnection } from '../transport/lending.ts';
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

/** The arrivals of a schedule in their order, without those that the metronome has sent. */
export interface Upcoming<Connection extends LentConnection> {
  /** When the first of them falls due; `Infinity` after the last one. */
  readonly dueUs: number;
  /** Enters what the metronome has sent into the accounts. */
  settle(): void;
  /** Takes the first, which is due, to be dispatched; undefined when the metronome is sending it. */
  take(nowUs: number): Arrival | undefined;
  /** Arms those that fall due next, as far as there are free connections. */
  arm(nowUs: number): void;
  /** Something is to be read on a lent connection: perhaps the answer. */
  lentHeard(connection: Connection): void;
  /** A lent connection is about to be closed. */
  lentClosing(connection: Connection): void;
  /** Counts what is due as planned and has nothing sent any more. */
  stop(nowUs: number): void;
}

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

/** What falls due by a cursor; nothing is armed where `arming` is undefined. */
export function newUpcoming<Connection extends LentConnection>(
  cursor: Pick<ArrivalCursor, 'dueUs' | 'step' | 'advance'>,
  nextRequest: RequestSource,
  accounts: Pick<Accounts, 'fellDue'>,
  arming: Arming<Connection> | undefined,
  clock: () => number,
): Upcoming<Connection> {
  const entries: (Entry<Connection> | undefined)[] = Array.from({ length: slotCount });
  /** The first arrival that is not sent yet, and the one at which the cursor stands; those between have entries. */
  let head = 0;
  let tail = 0;
  /** The request of the cursor's arrival, when it was made but could not be armed. */
  let held: WireRequest | undefined;
  let hasGaps = false;

  const entryOf = (arrival: number) => entries[arrival % slotCount];
  const fellDue = ({ step, dueUs, request }: Entry<Connection>, nowUs: number) =>
    accounts.fellDue(step, dueUs, nowUs, request);

  function carry(entry: Entry<Connection>, connection: Connection, arrival: number): void {
    if (!arming) return;
    const { ring, lender } = arming;
    const sentUs = sentUsOf(ring, arrival);
    // Its answer may be here before the metronome has said that it has written everything.
    const written = isWritten(ring, arrival) ? writtenOf(ring, arrival) : entry.request.bytes.length;
    connection.lentFor = -1;
    lender.carry(connection, fellDue(entry, sentUs), sentUs, written);
  }

  function settle(): void {
    for (; arming && head < tail; head++) {
      const entry = entryOf(head);
      if (!entry?.connection || !isWritten(arming.ring, head)) return;
      carry(entry, entry.connection, head);
    }
  }

  function unlend(entry: Entry<Connection>): void {
    const { connection } = entry;
    entry.connection = undefined;
    if (!connection) return;
    connection.lentFor = -1;
    arming?.lender.giveBack(connection);
  }

  function take(nowUs: number): Arrival | undefined {
    if (head === tail) {
      const arrival = accounts.fellDue(cursor.step, cursor.dueUs, nowUs, held ?? nextRequest());
      advance();
      head++;
      if (arming) pass(arming.ring, head);
      return arrival;
    }
    const entry = entryOf(head);
    if (!entry || (arming && entry.connection && !disarm(arming.ring, head))) return undefined;
    unlend(entry);
    head++;
    if (arming) pass(arming.ring, head);
    return fellDue(entry, nowUs);
  }

  function advance(): void {
    held = undefined;
    cursor.advance();
    tail++;
  }

  /** A connection on which the request of an arrival is now armed; undefined when there is none, or it cannot be. */
  function armed(arrival: number, request: WireRequest): Connection | undefined {
    if (!arming || request.bytes.length > slotBytes) return undefined;
    const { ring, lender } = arming;
    const connection = lender.lend();
    if (!connection) return undefined;
    if (connection.fd >= 0 && arm(ring, arrival, connection.fd, request.bytes)) {
      connection.lentFor = arrival;
      return connection;
    }
    lender.giveBack(connection);
    return undefined;
  }

  /** Connections go to the arrivals that fall due first; false when there are not enough. */
  function fillGaps(): boolean {
    for (let arrival = head; arrival < tail; arrival++) {
      const entry = entryOf(arrival);
      if (!entry || entry.connection) continue;
      entry.connection = armed(arrival, entry.request);
      if (!entry.connection) return false;
    }
    hasGaps = false;
    return true;
  }

  function settleFor(connection: Connection): void {
    const arrival = connection.lentFor;
    if (!arming || !isClaimed(arming.ring, arrival)) return;
    for (settle(); head < arrival; settle()) {
      // The metronome has left it out, for it was late or not armed.
      const skipped = take(clock());
      if (skipped) arming.lender.dispatch(skipped);
    }
    if (head !== arrival) return;
    const entry = entryOf(head++);
    if (entry) carry(entry, connection, arrival);
  }

  return {
    get dueUs() {
      return (head < tail ? entryOf(head) : cursor)?.dueUs ?? cursor.dueUs;
    },
    settle,
    take,
    arm(nowUs) {
      if (!arming || (hasGaps && !fillGaps())) return;
      while (tail - head < slotCount && cursor.dueUs > nowUs && cursor.dueUs < nowUs + horizonUs) {
        held ??= nextRequest();
        const { dueUs, step } = cursor;
        const entry = { dueUs, step, request: held, connection: armed(tail, held) };
        if (!entry.connection) return;
        entries[tail % slotCount] = entry;
        advance();
      }
    },
    lentHeard: settleFor,
    lentClosing(connection) {
      const { lentFor } = connection;
      if (!arming) return;
      if (!revoke(arming.ring, lentFor)) return settleFor(connection);
      const entry = entryOf(lentFor);
      if (entry) entry.connection = undefined;
      connection.lentFor = -1;
      hasGaps = true;
      // What falls due later gives its connections up, for they are dealt out again in order.
      for (let arrival = lentFor + 1; arrival < tail; arrival++) {
        const later = entryOf(arrival);
        if (later?.connection && disarm(arming.ring, arrival)) unlend(later);
      }
    },
    stop(nowUs) {
      for (; head < tail; head++) {
        const entry = entryOf(head);
        if (!entry) continue;
        const { connection } = entry;
        if (arming && connection && !revoke(arming.ring, head)) {
          carry(entry, connection, head);
          continue;
        }
        if (connection) connection.lentFor = -1;
        if (entry.dueUs <= nowUs) fellDue(entry, nowUs);
      }
      for (; cursor.dueUs <= nowUs; cursor.advance()) {
        accounts.fellDue(cursor.step, cursor.dueUs, nowUs, held ?? nextRequest());
        held = undefined;
      }
    },
  };
}
