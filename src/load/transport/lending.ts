/** Connections that are lent out, so that the metronome thread writes to their sockets. */
import type { Arrival } from '../accounts/arrival.ts';

/** A connection that is lent out, so that another thread writes to its socket. */
export interface LentConnection {
  /** The file descriptor of its socket; negative when nobody else may write to it. */
  readonly fd: number;
  /** The arrival it is lent for, counted from the start of the schedule; -1 when it is not lent. */
  lentFor: number;
}

/** Who lends connections. */
export interface Lender<Connection extends LentConnection> {
  /** A free connection, or undefined when there is none. */
  lend(): Connection | undefined;
  giveBack(connection: Connection): void;
  /** Takes it back with an arrival of whose request so many bytes were written at `sentUs`; or the negative number of the error. */
  carry(connection: Connection, arrival: Arrival, sentUs: number, written: number): void;
  dispatch(arrival: Arrival): void;
}
