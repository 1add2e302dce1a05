/** One planned arrival on its way to its one outcome, and the list of those that have none yet. */

import type { WireRequest } from '../requests/wire-request.ts';
import type { Window } from './windows.ts';

/** What carries an arrival, seen from the arrival. */
export interface Carrier {
  /** Closes the connection because its arrival no longer wants the answer. */
  abandon(): void;
}

/** An arrival that fell due; it waits for a connection, then for its answer, then is over. */
export interface Arrival {
  /** Or when it was sent, where that was a little before. */
  readonly dueUs: number;
  readonly window: Window;
  readonly request: WireRequest;
  state: 'waiting' | 'sent' | 'over';
  /** When the request that is on the wire was written. */
  sentUs: number;
  /** When the first byte of its answer came, where that was before the last one; else 0. */
  firstByteUs: number;
  /** How its first sending was lost, of which nothing was processed; undefined until that happens. */
  firstCause: string | undefined;
  carrier: Carrier | undefined;
  previous: Arrival | undefined;
  next: Arrival | undefined;
}

/** A new arrival that waits. */
export function createArrival(dueUs: number, window: Window, request: WireRequest): Arrival {
  return {
    dueUs,
    window,
    request,
    state: 'waiting',
    sentUs: 0,
    firstByteUs: 0,
    firstCause: undefined,
    carrier: undefined,
    previous: undefined,
    next: undefined,
  };
}

/** Arrivals without an outcome in the order they fell due, which is also the order in which they time out. */
export interface PendingList {
  readonly oldest: Arrival | undefined;
  add(arrival: Arrival): void;
  remove(arrival: Arrival): void;
}

/** An empty list; adding and removing cost the same however long it is. */
export function createPendingList(): PendingList {
  let oldest: Arrival | undefined;
  let newest: Arrival | undefined;
  return {
    get oldest() {
      return oldest;
    },
    add(arrival) {
      arrival.previous = newest;
      if (newest) newest.next = arrival;
      else oldest = arrival;
      newest = arrival;
    },
    remove(arrival) {
      if (arrival.previous) arrival.previous.next = arrival.next;
      else oldest = arrival.next;
      if (arrival.next) arrival.next.previous = arrival.previous;
      else newest = arrival.previous;
      arrival.previous = undefined;
      arrival.next = undefined;
    },
  };
}
