/** The accounts of an open-loop run: every arrival enters once, when it falls due, and leaves once, with its outcome. */
import type { LoadWindow } from '../model/load.ts';
import { type Arrival, newArrival, newPendingList } from './arrival.ts';
import type { RequestSource } from './request-source.ts';
import type { TickCounts } from './tick-book.ts';
import { newWindowBook } from './window-book.ts';

/** Where arrivals and their outcomes are written down; times in microseconds of one clock. */
export interface Accounts {
  /** The arrival that has been without an outcome for longest. */
  readonly oldest: Arrival | undefined;
  /** When the last outcome was written. */
  readonly lastOutcomeUs: number;
  /** When the last arrival so far was due. */
  readonly lastDueUs: number;
  /** An arrival fell due and is handed to the pool at `nowUs`; the difference is the generator's lag. */
  fellDue(step: number, dueUs: number, nowUs: number): Arrival;
  sending(arrival: Arrival, nowUs: number): void;
  /** A whole response came; one that is not what was wanted is a failure (of this kind) with a service time. */
  answered(arrival: Arrival, failure: string | undefined, nowUs: number): void;
  failed(arrival: Arrival, kind: string, nowUs: number): void;
  expired(arrival: Arrival, outcome: 'timedOut' | 'dropped', nowUs: number): void;
  /** The run is over before this arrival was. */
  unfinished(arrival: Arrival, nowUs: number): void;
  flush(emit: (window: LoadWindow) => void): Promise<void>;
}

/** Empty accounts; the counts of the current second are written to `counts`, requests come from `nextRequest`. */
export function openAccounts(counts: TickCounts, nextRequest: RequestSource): Accounts {
  const book = newWindowBook();
  const pending = newPendingList();
  let lastOutcomeUs = 0;
  let lastDueUs = 0;
  const close = (arrival: Arrival, nowUs: number) => {
    arrival.state = 'over';
    pending.remove(arrival);
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
    fellDue(step, dueUs, nowUs) {
      counts.due++;
      lastDueUs = dueUs;
      const window = book.plan(step, dueUs);
      book.recordLag(window, nowUs - dueUs);
      const arrival = newArrival(dueUs, window, nextRequest());
      pending.add(arrival);
      return arrival;
    },
    sending(arrival, nowUs) {
      if (!arrival.isRetry) counts.sent++;
      arrival.sentUs = nowUs;
    },
    answered(arrival, failure, nowUs) {
      close(arrival, nowUs);
      const responseUs = nowUs - arrival.dueUs;
      const serviceUs = nowUs - arrival.sentUs;
      if (failure === undefined) {
        counts.completed++;
        book.end(arrival.window, 'completed', { responseUs, serviceUs });
      } else {
        book.end(arrival.window, 'failed', { responseUs, serviceUs, error: failure });
      }
    },
    failed(arrival, kind, nowUs) {
      close(arrival, nowUs);
      book.end(arrival.window, 'failed', { responseUs: nowUs - arrival.dueUs, error: labelled(arrival, kind) });
    },
    expired(arrival, outcome, nowUs) {
      close(arrival, nowUs);
      book.end(arrival.window, outcome, { responseUs: nowUs - arrival.dueUs });
    },
    unfinished(arrival, nowUs) {
      close(arrival, nowUs);
      book.end(arrival.window, 'unfinished', {});
    },
    flush: (emit) => book.flush(emit),
  };
}

/** A failure before anything was sent, such as a refused connection, has nothing to do with what would have been. */
function labelled(arrival: Arrival, kind: string): string {
  return arrival.sentUs > 0 ? arrival.request.label + kind : kind;
}
