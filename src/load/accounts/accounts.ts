/** The accounts of an open-loop run: every arrival enters once, when it falls due, and leaves once, with its outcome. */
import type { ToldExchange } from '../../model/exchange-text.ts';
import type { LoadBins, LoadExchanges, LoadWindow } from '../../model/load.ts';
import type { Visit, WireRequest } from '../requests/wire-request.ts';
import { type Arrival, createArrival, createPendingList } from './arrival.ts';
import type { Exchanges } from './exchanges.ts';
import type { TickCounts } from './ticks.ts';
import { createTimesUnderWay, type TimeUnderWay } from './time-under-way.ts';
import type { WindowNames } from './window-contents.ts';
import { type Outcome, Windows } from './windows.ts';

/** Where arrivals and their outcomes are written down; times in microseconds of one clock. */
export class Accounts {
  /** When the last outcome was written. */
  lastOutcomeUs = 0;
  /** When the last arrival so far was due. */
  lastDueUs = 0;
  /** How long after it was due the first was handed on. */
  firstLagUs: number | undefined;

  private readonly counts: TickCounts;
  private readonly windows: Windows;
  private readonly exchanges: Exchanges | undefined;
  private readonly pending = createPendingList();
  private readonly underWay = createTimesUnderWay();

  /** Empty accounts; the counts of the current second are written to `counts`, bins of `binUs` are kept where that is given, and exchanges told. */
  constructor(counts: TickCounts, names: WindowNames, binUs?: number, exchanges?: Exchanges) {
    this.counts = counts;
    this.windows = new Windows(names, binUs);
    this.exchanges = exchanges;
  }

  /** The arrival whose request has been without an outcome for longest; none that pauses. */
  get oldest(): Arrival | undefined {
    return this.pending.oldest;
  }

  /** An arrival fell due and is handed to the pool, or was sent, at `nowUs`; the difference is the generator's lag. One that was sent before counts from then. */
  fellDue(step: number, dueUs: number, nowUs: number, request: WireRequest): Arrival {
    const { windows } = this;
    this.counts.due++;
    this.lastDueUs = dueUs;
    this.firstLagUs ??= nowUs - dueUs;
    const window = windows.plan(step, dueUs, request.index, request.visit?.flow);
    windows.recordLag(window, nowUs - dueUs);
    const fromUs = Math.min(dueUs, nowUs);
    this.underWay.began(step, fromUs, nowUs);
    const arrival = createArrival(fromUs, window, request);
    this.pending.add(arrival);
    return arrival;
  }

  sending(arrival: Arrival, nowUs: number): void {
    if (arrival.firstCause !== undefined) this.windows.count(arrival.window, 'resent');
    else if (arrival.isFollowing) this.counts.followed++;
    else this.counts.sent++;
    arrival.sentUs = nowUs;
  }

  /** A whole response came, the last one of its arrival; one that is not what was wanted is a failure (of this kind) with a service time. */
  answered(arrival: Arrival, failure: string | undefined, nowUs: number): void {
    this.close(arrival, nowUs);
    const measured = this.measure(arrival, nowUs);
    if (failure === undefined) this.counts.completed++;
    const { request, window, dueUs } = arrival;
    // Most arrivals end so: nothing is made for them that only others need.
    if (failure === undefined && !request.visit) {
      const { serviceUs, firstByteUs } = measured;
      const latency = { dueUs, responseUs: nowUs - dueUs, serviceUs, firstByteUs };
      this.windows.end(window, 'completed', latency, request.index);
      return;
    }
    this.end(arrival, failure === undefined ? 'completed' : 'failed', nowUs, { ...measured, error: failure });
  }

  failed(arrival: Arrival, kind: string, nowUs: number): void {
    this.close(arrival, nowUs);
    this.end(arrival, 'failed', nowUs, { error: labelled(arrival, kind) });
  }

  /** What was sent of it last cannot have been read. */
  unread({ window }: Arrival): void {
    this.windows.count(window, 'unsent');
  }

  expired(arrival: Arrival, outcome: 'timedOut' | 'dropped', nowUs: number): void {
    this.close(arrival, nowUs);
    this.end(arrival, outcome, nowUs, {});
  }

  /** The run is over before this arrival was. */
  unfinished(arrival: Arrival, nowUs: number): void {
    this.close(arrival, nowUs);
    const { window, request, dueUs } = arrival;
    this.windows.endArrival(window, 'unfinished', { dueUs }, request.visit?.flow);
    this.windows.endRequest(window, 'unfinished', {}, request.index);
  }

  /** A response came that is what was wanted, and that another request of its visit follows. */
  passed(arrival: Arrival, visit: Visit, nowUs: number): void {
    const { serviceUs, firstByteUs } = this.measure(arrival, nowUs);
    const { window, request, requestDueUs } = arrival;
    const latency = { responseUs: nowUs - requestDueUs, serviceUs: visit.redirectsUs + serviceUs, firstByteUs };
    this.windows.endRequest(window, 'completed', latency, request.index);
    visit.servedUs += serviceUs;
    visit.redirectsUs = 0;
    this.pending.remove(arrival);
  }

  /** An arrival that has passed a request pauses until it asks again; nobody waits for anything. */
  paused({ window }: Arrival, nowUs: number): void {
    this.underWay.ended(window.step, nowUs);
  }

  /** The pause is over that began at `pausedUs`. */
  resumed({ window }: Arrival, visit: Visit, pausedUs: number, nowUs: number): void {
    visit.pausedUs += nowUs - pausedUs;
    this.underWay.began(window.step, nowUs, nowUs);
  }

  /** The run is over in its pause. */
  unfinishedInPause({ window, dueUs }: Arrival, visit: Visit): void {
    this.windows.endArrival(window, 'unfinished', { dueUs }, visit.flow);
  }

  /** The next request of a visit is handed to the pool. */
  asksAgain(arrival: Arrival, request: WireRequest, nowUs: number): void {
    this.follows(arrival, request);
    arrival.requestDueUs = nowUs;
    arrival.exchangeDueUs = nowUs;
    this.windows.planRequest(arrival.window, request.index);
    this.pending.add(arrival);
  }

  /** A response came that sends its request elsewhere, to where that is handed to the pool. */
  redirected(arrival: Arrival, visit: Visit, request: WireRequest, nowUs: number): void {
    const { serviceUs } = this.measure(arrival, nowUs);
    visit.servedUs += serviceUs;
    visit.redirectsUs += serviceUs;
    this.follows(arrival, request);
    arrival.exchangeDueUs = nowUs;
    this.windows.countRedirect(arrival.window, request.index);
  }

  /** A connection was opened; without TLS its handshake is undefined. */
  opened(connectUs: number, tlsUs: number | undefined): void {
    this.counts.opened++;
    this.windows.recordOpened(connectUs, tlsUs);
  }

  redialled(): void {
    this.windows.countRedial();
  }

  /** How long arrivals were under way since this was last asked, by step. */
  takeUnderWay(nowUs: number): TimeUnderWay[] {
    return this.underWay.take(nowUs);
  }

  async flush(emit: (message: LoadWindow | LoadBins | LoadExchanges) => void): Promise<void> {
    await this.windows.flush(emit);
    await this.exchanges?.flush(emit);
  }

  private follows(arrival: Arrival, request: WireRequest): void {
    this.windows.count(arrival.window, 'followed');
    arrival.request = request;
    arrival.isFollowing = true;
    arrival.state = 'waiting';
    arrival.sentUs = 0;
    arrival.firstByteUs = 0;
    arrival.firstCause = undefined;
    arrival.carrier = undefined;
    arrival.answer = undefined;
  }

  private measure(arrival: Arrival, nowUs: number): { readonly serviceUs: number; readonly firstByteUs: number } {
    const { window, sentUs, firstByteUs: atUs, bodyBytes, coding } = arrival;
    const serviceUs = nowUs - sentUs;
    const firstByteUs = atUs === 0 ? serviceUs : atUs - sentUs;
    this.windows.recordPhase(window, 'firstByte', firstByteUs);
    this.windows.countBody(window, bodyBytes, coding);
    this.exchanges?.add(window.step, exchangeOf(arrival, firstByteUs, nowUs));
    return { serviceUs, firstByteUs };
  }

  private end(arrival: Arrival, outcome: Outcome, nowUs: number, { serviceUs, firstByteUs, error }: Ending): void {
    const { windows } = this;
    const { window, request, dueUs, requestDueUs } = arrival;
    const { visit, index, label } = request;
    const ownError = error?.startsWith(label) ? error.slice(label.length) : error;
    if (!visit) {
      const responseUs = nowUs - dueUs;
      windows.endArrival(window, outcome, { dueUs, responseUs, serviceUs, error }, undefined);
      windows.endRequest(window, outcome, { responseUs, serviceUs, firstByteUs, error: ownError }, index);
      return;
    }
    const { flow, pausedUs, servedUs, redirectsUs, decodedBytes } = visit;
    const wholeUs = serviceUs === undefined ? undefined : servedUs + serviceUs;
    const requestUs = serviceUs === undefined ? undefined : redirectsUs + serviceUs;
    const responseUs = nowUs - dueUs - pausedUs;
    windows.endArrival(window, outcome, { dueUs, responseUs, serviceUs: wholeUs, error }, flow);
    const own = { responseUs: nowUs - requestDueUs, serviceUs: requestUs, firstByteUs, error: ownError };
    windows.endRequest(window, outcome, own, index);
    if (pausedUs > 0) windows.countPauses(window, pausedUs);
    if (decodedBytes > 0) windows.countDecoded(window, decodedBytes);
  }

  private close(arrival: Arrival, nowUs: number): void {
    arrival.state = 'over';
    this.pending.remove(arrival);
    this.underWay.ended(arrival.window.step, nowUs);
    if (arrival.sentUs === 0) this.windows.count(arrival.window, 'unsent');
    this.lastOutcomeUs = nowUs;
  }
}

function exchangeOf(arrival: Arrival, firstByteUs: number, endUs: number): ToldExchange {
  const { carrier, request, exchangeDueUs: dueUs, sentUs } = arrival;
  const told = { connection: carrier?.connection ?? 0, request: request.index };
  return { ...told, dueUs, writtenUs: sentUs, firstByteUs: sentUs + firstByteUs, endUs };
}

/** What is known of the last request of an arrival beside its outcome; times in microseconds. */
interface Ending {
  readonly serviceUs?: number;
  readonly firstByteUs?: number;
  readonly error?: string | undefined;
}

/** A failure before anything was sent, such as a refused connection, has nothing to do with what would have been; of a flow it tells how far that came. */
function labelled({ sentUs, isFollowing, request }: Arrival, kind: string): string {
  return sentUs > 0 || isFollowing ? request.label + kind : kind;
}
