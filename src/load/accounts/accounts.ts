/** The accounts of an open-loop run: every arrival enters once, when it falls due, and leaves once, with its outcome. */
import type { LoadWindow } from '../../model/load.ts';
import type { WireRequest } from '../requests/wire-request.ts';
import { type Arrival, createArrival, createPendingList } from './arrival.ts';
import type { TickCounts } from './ticks.ts';
import { createTimesUnderWay, type TimeUnderWay } from './time-under-way.ts';
import { Windows } from './windows.ts';

/** Where arrivals and their outcomes are written down; times in microseconds of one clock. */
export class Accounts {
  /** When the last outcome was written. */
  lastOutcomeUs = 0;
  /** When the last arrival so far was due. */
  lastDueUs = 0;

  private readonly counts: TickCounts;
  private readonly windows: Windows;
  private readonly pending = createPendingList();
  private readonly underWay = createTimesUnderWay();

  /** Empty accounts; the counts of the current second are written to `counts`. */
  constructor(counts: TickCounts, requests: readonly { readonly name: string }[]) {
    this.counts = counts;
    this.windows = new Windows(requests);
  }

  /** The arrival that has been without an outcome for longest. */
  get oldest(): Arrival | undefined {
    return this.pending.oldest;
  }

  /** An arrival fell due and is handed to the pool, or was sent, at `nowUs`; the difference is the generator's lag. One that was sent before counts from then. */
  fellDue(step: number, dueUs: number, nowUs: number, request: WireRequest): Arrival {
    const { windows } = this;
    this.counts.due++;
    this.lastDueUs = dueUs;
    const window = windows.plan(step, dueUs, request.index);
    windows.recordLag(window, nowUs - dueUs);
    const fromUs = Math.min(dueUs, nowUs);
    this.underWay.began(step, fromUs, nowUs);
    const arrival = createArrival(fromUs, window, request);
    this.pending.add(arrival);
    return arrival;
  }

  sending(arrival: Arrival, nowUs: number): void {
    if (arrival.firstCause === undefined) this.counts.sent++;
    else this.windows.count(arrival.window, 'resent');
    arrival.sentUs = nowUs;
  }

  /** A whole response came; one that is not what was wanted is a failure (of this kind) with a service time. */
  answered(arrival: Arrival, failure: string | undefined, nowUs: number): void {
    const { windows } = this;
    this.close(arrival, nowUs);
    const { request, window, dueUs, sentUs, firstByteUs } = arrival;
    const responseUs = nowUs - dueUs;
    const serviceUs = nowUs - sentUs;
    windows.recordPhase(window, 'firstByte', firstByteUs === 0 ? serviceUs : firstByteUs - sentUs);
    if (failure === undefined) {
      this.counts.completed++;
      windows.end(window, 'completed', { dueUs, responseUs, serviceUs }, request.index);
    } else {
      windows.end(window, 'failed', { dueUs, responseUs, serviceUs, error: failure }, request.index);
    }
  }

  failed(arrival: Arrival, kind: string, nowUs: number): void {
    this.close(arrival, nowUs);
    const { window, request, dueUs } = arrival;
    const latency = { dueUs, responseUs: nowUs - dueUs, error: labelled(arrival, kind) };
    this.windows.end(window, 'failed', latency, request.index);
  }

  /** What was sent of it last cannot have been read. */
  unread({ window }: Arrival): void {
    this.windows.count(window, 'unsent');
  }

  expired(arrival: Arrival, outcome: 'timedOut' | 'dropped', nowUs: number): void {
    this.close(arrival, nowUs);
    const { window, request, dueUs } = arrival;
    this.windows.end(window, outcome, { dueUs, responseUs: nowUs - dueUs }, request.index);
  }

  /** The run is over before this arrival was. */
  unfinished(arrival: Arrival, nowUs: number): void {
    this.close(arrival, nowUs);
    const { window, request, dueUs } = arrival;
    this.windows.end(window, 'unfinished', { dueUs }, request.index);
  }

  /** A connection was opened; without TLS its handshake is undefined. */
  opened(connectUs: number, tlsUs: number | undefined): void {
    this.counts.opened++;
    this.windows.recordOpened(connectUs, tlsUs);
  }

  /** How long arrivals were under way since this was last asked, by step. */
  takeUnderWay(nowUs: number): TimeUnderWay[] {
    return this.underWay.take(nowUs);
  }

  flush(emit: (window: LoadWindow) => void): Promise<void> {
    return this.windows.flush(emit);
  }

  private close(arrival: Arrival, nowUs: number): void {
    arrival.state = 'over';
    this.pending.remove(arrival);
    this.underWay.ended(arrival.window.step, nowUs);
    if (arrival.sentUs === 0) this.windows.count(arrival.window, 'unsent');
    this.lastOutcomeUs = nowUs;
  }
}

/** A failure before anything was sent, such as a refused connection, has nothing to do with what would have been. */
function labelled(arrival: Arrival, kind: string): string {
  return arrival.sentUs > 0 ? arrival.request.label + kind : kind;
}
