/** What carries arrivals to a target, whatever protocol it speaks. */
import type { Arrival } from '../accounts/arrival.ts';

/**
 * Connections being opened at one time. Without a limit a pause of 50 ms at 10,000 arrivals a second became 1,000 dials, whose
 * own work delayed more arrivals (p99 180 ms on two cores); with 16 the pool still grows by more than 10,000 a second.
 */
export const maxDials = 16;

/** What the pool tells about arrivals. */
export interface PoolEvents {
  /** The request is written next, for the first time or again, or was written at `sentUs`. */
  sending(arrival: Arrival, sentUs?: number): void;
  /** A whole answer came; `failure` says why it is not what was wanted. */
  answered(arrival: Arrival, failure: string | undefined): void;
  failed(arrival: Arrival, kind: string): void;
  /** The server cannot have read what was sent last; the arrival may go out once more. */
  unread(arrival: Arrival): void;
  /** A connection can be used: how long its dial took, and its handshake when it speaks TLS. */
  opened(connectUs: number, tlsUs: number | undefined): void;
  /** A dial was refused, and goes on to another address. */
  redialled(): void;
  /** All connections are busy and too many arrivals wait for one already. */
  turnedAway(arrival: Arrival): void;
}

/** Carries arrivals to the target, at most `maxConnections` at a time, first come first served. */
export interface Pool {
  readonly inFlight: number;
  readonly waiting: number;
  readonly connections: number;
  /** Calls `listener`, from now on and nobody else, when a connection was heard and dealt with: a good moment to send what is due. */
  onHeard(listener: () => void): void;
  /** Sends the arrival on a free connection, or lets it wait for one. */
  dispatch(arrival: Arrival): void;
  /**
   * Ends an arrival whose time is up and closes its connection. It is `dropped` when it never got one because all were
   * busy with others, `timedOut` when it had one or one was being dialled.
   */
  expire(arrival: Arrival): 'timedOut' | 'dropped';
  /** Gives up dials that have not connected for the whole timeout. */
  expireDials(nowUs: number): void;
  /** Where requests are spread over several addresses: opens a connection to one that has too few; to be called now and then. */
  spreadOut(nowUs: number): void;
  /** Closes everything; no event follows. */
  close(): void;
}
