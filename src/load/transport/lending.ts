/** Connections that are lent out, so that the metronome thread writes to their sockets. */
import type { Arrival } from '../accounts/arrival.ts';

/** A connection that is lent out, so that another thread writes to its socket. */
export interface LentConnection {
  /** The file descriptor of its socket; negative when nobody else may write to it. */
  readonly fd: number;
  /** The arrival it is lent for, counted from the start of the schedule; -1 when it is not lent. */
  lentFor: number;
}

/** To whom connections are lent: hears of those that are lent for an arrival. */
export interface Borrower<Connection extends LentConnection> {
  /** Something is to be read on it, or the end of it. */
  lentHeard(connection: Connection): void;
  /** Its file descriptor is closed next. */
  lentClosing(connection: Connection): void;
  /** Something is due now: gives back the connection of whatever falls due last; false where none can be had. */
  yieldLast(): boolean;
}

/** Who lends connections. */
export interface Lender<Connection extends LentConnection> {
  /** A free connection, or undefined when there is none. */
  lendTo(borrower: Borrower<Connection>): Connection | undefined;
  giveBack(connection: Connection): void;
  /** Takes it back with an arrival of whose request so many bytes were written at `sentUs`; or the negative number of the error. */
  carry(connection: Connection, arrival: Arrival, sentUs: number, written: number): void;
  dispatch(arrival: Arrival): void;
}
