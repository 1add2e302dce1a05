/** One planned arrival on its way to its one outcome, and the list of those that have none yet. */

import type { Answer } from '../answers/answer.ts';
import type { WireRequest } from '../requests/wire-request.ts';
import type { Window } from './window-contents.ts';

/** What carries an arrival, seen from the arrival. */
export interface Carrier {
  /** The number of its connection, counted from 1 over its pool. */
  readonly connection: number;
  /** Closes the connection because its arrival no longer wants the answer. */
  abandon(): void;
}

/** An arrival that fell due; it waits for a connection, then for its answer, then is over. */
export interface Arrival {
  /** Or when it was sent, where that was a little before. */
  readonly dueUs: number;
  readonly window: Window;
  /** The one that is sent, or waited for; those of a visit one after the other. */
  request: WireRequest;
  /** When that was due: with the arrival, or later in its visit. */
  requestDueUs: number;
  /** When the exchange was due that it is in: with that, or when a redirect asked for it. */
  exchangeDueUs: number;
  /** Whether it is not the first. */
  isFollowing: boolean;
  state: 'waiting' | 'sent' | 'over';
  /** When the request that is on the wire was written. */
  sentUs: number;
  /** When the first byte of its answer came, where that was before the last one; else 0. */
  firstByteUs: number;
  /** How its first sending was lost, of which nothing was processed; undefined until that happens. */
  firstCause: string | undefined;
  /** The body of its last answer, without the framing of HTTP but with its content coding. */
  bodyBytes: number;
  coding: string | undefined;
  /** That answer, where its visit wants it. */
  answer: Answer | undefined;
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
    requestDueUs: dueUs,
    exchangeDueUs: dueUs,
    isFollowing: false,
    state: 'waiting',
    sentUs: 0,
    firstByteUs: 0,
    firstCause: undefined,
    bodyBytes: 0,
    coding: undefined,
    answer: undefined,
    carrier: undefined,
    previous: undefined,
    next: undefined,
  };
}

/** Arrivals without an outcome in the order their requests fell due, which is also the order in which they time out. */
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
