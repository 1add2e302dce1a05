/** The accounts of an open-loop run: every arrival enters once, when it falls due, and leaves once, with its outcome. */
import type { LoadWindow } from '../../model/load.ts';
import type { WireRequest } from '../requests/wire-request.ts';
import { type Arrival, newArrival, newPendingList } from './arrival.ts';
import type { TickCounts } from './ticks.ts';
import { newOpenTimes, type OpenTime } from './time-under-way.ts';
import { newWindowBook } from './windows.ts';

/** Where arrivals and their outcomes are written down; times in microseconds of one clock. */
export interface Accounts {
  /** The arrival that has been without an outcome for longest. */
  readonly oldest: Arrival | undefined;
  /** When the last outcome was written. */
  readonly lastOutcomeUs: number;
  /** When the last arrival so far was due. */
  readonly lastDueUs: number;
  /** An arrival fell due and is handed to the pool, or was sent, at `nowUs`; the difference is the generator's lag. One that was sent before counts from then. */
  fellDue(step: number, dueUs: number, nowUs: number, request: WireRequest): Arrival;
  sending(arrival: Arrival, nowUs: number): void;
  /** A whole response came; one that is not what was wanted is a failure (of this kind) with a service time. */
  answered(arrival: Arrival, failure: string | undefined, nowUs: number): void;
  failed(arrival: Arrival, kind: string, nowUs: number): void;
  /** What was sent of it last cannot have been read. */
  unread(arrival: Arrival): void;
  expired(arrival: Arrival, outcome: 'timedOut' | 'dropped', nowUs: number): void;
  /** The run is over before this arrival was. */
  unfinished(arrival: Arrival, nowUs: number): void;
  /** A connection was opened; without TLS its handshake is undefined. */
  opened(connectUs: number, tlsUs: number | undefined): void;
  /** How long arrivals were under way since this was last asked, by step. */
  takeOpen(nowUs: number): OpenTime[];
  flush(emit: (window: LoadWindow) => void): Promise<void>;
}

/** Empty accounts; the counts of the current second are written to `counts`. */
export function openAccounts(counts: TickCounts, requests: readonly { readonly name: string }[]): Accounts {
  const book = newWindowBook(requests);
  const pending = newPendingList();
  const openTimes = newOpenTimes();
  let lastOutcomeUs = 0;
  let lastDueUs = 0;
  const close = (arrival: Arrival, nowUs: number) => {
    arrival.state = 'over';
    pending.remove(arrival);
    openTimes.ended(arrival.window.step, nowUs);
    if (arrival.sentUs === 0) book.count(arrival.window, 'unsent');
    lastOutcomeUs = nowUs;
  };
  return {
    get oldest() {
      return pending.oldest;
    },
    get lastOutcomeUs() {
      return lastOutcomeUs;
    },
    get lastDueUs() {
      return lastDueUs;
    },
    fellDue(step, dueUs, nowUs, request) {
      counts.due++;
      lastDueUs = dueUs;
      const window = book.plan(step, dueUs, request.index);
      book.recordLag(window, nowUs - dueUs);
      const fromUs = Math.min(dueUs, nowUs);
      openTimes.began(step, fromUs, nowUs);
      const arrival = newArrival(fromUs, window, request);
      pending.add(arrival);
      return arrival;
    },
    sending(arrival, nowUs) {
      if (arrival.firstCause === undefined) counts.sent++;
      else book.count(arrival.window, 'resent');
      arrival.sentUs = nowUs;
    },
    answered(arrival, failure, nowUs) {
      close(arrival, nowUs);
      const { request, window, dueUs, sentUs, firstByteUs } = arrival;
      const responseUs = nowUs - dueUs;
      const serviceUs = nowUs - sentUs;
      book.recordPhase(window, 'firstByte', firstByteUs === 0 ? serviceUs : firstByteUs - sentUs);
      if (failure === undefined) {
        counts.completed++;
        book.end(window, 'completed', { responseUs, serviceUs }, request.index);
      } else {
        book.end(window, 'failed', { responseUs, serviceUs, error: failure }, request.index);
      }
    },
    failed(arrival, kind, nowUs) {
      close(arrival, nowUs);
      const { window, request, dueUs } = arrival;
      book.end(window, 'failed', { responseUs: nowUs - dueUs, error: labelled(arrival, kind) }, request.index);
    },
    unread: ({ window }) => book.count(window, 'unsent'),
    expired(arrival, outcome, nowUs) {
      close(arrival, nowUs);
      book.end(arrival.window, outcome, { responseUs: nowUs - arrival.dueUs }, arrival.request.index);
    },
    unfinished(arrival, nowUs) {
      close(arrival, nowUs);
      book.end(arrival.window, 'unfinished', {}, arrival.request.index);
    },
    opened(connectUs, tlsUs) {
      counts.opened++;
      book.recordOpened(connectUs, tlsUs);
    },
    takeOpen: openTimes.take,
    flush: (emit) => book.flush(emit),
  };
}

/** A failure before anything was sent, such as a refused connection, has nothing to do with what would have been. */
function labelled(arrival: Arrival, kind: string): string {
  return arrival.sentUs > 0 ? arrival.request.label + kind : kind;
}
