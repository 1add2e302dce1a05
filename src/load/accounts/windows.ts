/** Outcomes and latencies by step and second of due time, handed out each second and then forgotten. */
import type { Histogram } from 'hdr-histogram-js';
import { newHistogram } from '../../model/histogram.ts';
import type { LoadBins, LoadPhase, LoadWindow } from '../../model/load.ts';
import { maxLatencyUs } from '../../model/units.ts';
import { answeredIn, lostIn } from './bins.ts';
import {
  type FlowContents,
  noContents,
  noPeak,
  type Sending,
  takeFrom,
  type Window,
  type WindowNames,
} from './window-contents.ts';
import { binsMessage, windowMessage } from './window-message.ts';

/** How an arrival can end. */
export type Outcome = 'completed' | 'failed' | 'timedOut' | 'dropped' | 'unfinished';

const secondUs = 1_000_000;
const tenthUs = secondUs / 10;

/** Latencies in microseconds, and the kind of a failure. */
interface Latency {
  readonly responseUs?: number | undefined;
  readonly serviceUs?: number | undefined;
  readonly error?: string | undefined;
}

/** From the last request written to the first byte of its answer, microseconds. */
interface FirstByte {
  readonly firstByteUs?: number | undefined;
}

/** When one arrival was due, and its latencies. */
interface ArrivalLatency extends Latency {
  readonly dueUs: number;
}

/** The windows of one run; a latency goes to the one its arrival fell due in. */
export class Windows {
  private readonly names: WindowNames;
  private readonly binUs: number | undefined;
  /** Those with something new. */
  private listed: Window[] = [];
  private current: Window | undefined;
  /** Emptied ones, to be used again. */
  private readonly spare: Histogram[] = [];

  /** Several requests are kept apart as well; bins of `binUs` are told of where that is given. */
  constructor({ requests, flows }: WindowNames = { requests: [], flows: [] }, binUs?: number) {
    this.binUs = binUs;
    this.names = { requests: requests.length > 1 || flows.length > 0 ? requests : [], flows };
  }

  /** Counts an arrival of a request, and of a flow, by their places in the plan, as planned and returns the window for its outcome. */
  plan(step: number, dueUs: number, request = 0, flow?: number): Window {
    const second = Math.floor(dueUs / secondUs) * secondUs;
    let { current } = this;
    if (current?.dueUs !== second || current.step !== step) {
      current = {
        step,
        dueUs: second,
        isListed: false,
        ...noContents(this.names.requests.length, this.names.flows.length),
      };
      this.current = current;
    }
    this.list(current);
    current.counts.planned++;
    const own = current.requests[request];
    if (own) own.counts.planned++;
    const ownFlow = flow === undefined ? undefined : current.flows[flow];
    if (ownFlow) ownFlow.counts.planned++;
    return current;
  }

  /** Counts an arrival that has come to one more request. */
  planRequest(window: Window, request: number): void {
    this.list(window);
    const own = window.requests[request];
    if (own) own.counts.planned++;
  }

  /** Counts a request that was sent elsewhere. */
  countRedirect(window: Window, request: number): void {
    this.list(window);
    window.redirected++;
    const own = window.requests[request];
    if (own) own.redirected++;
  }

  /** Counts the pauses of an arrival that ends. */
  countPauses(window: Window, us: number): void {
    this.list(window);
    window.pausedUs += us;
  }

  /** Counts the body of an answer: its bytes as they came, and its content coding if it has one. */
  countBody(window: Window, bytes: number, coding: string | undefined): void {
    window.bodies.bytes += bytes;
    if (coding === undefined) return;
    window.bodies.encoded ??= {};
    window.bodies.encoded[coding] = (window.bodies.encoded[coding] ?? 0) + 1;
  }

  /** Counts the bytes of bodies whose content coding was taken off. */
  countDecoded(window: Window, bytes: number): void {
    this.list(window);
    window.bodies.decodedBytes += bytes;
  }

  recordLag(window: Window, lagUs: number): void {
    this.list(window);
    window.lag = this.record(window.lag, lagUs);
  }

  /** Counts one more sending that was a second one, or that came to nothing. */
  count(window: Window, what: Sending): void {
    this.list(window);
    window.sendings[what]++;
  }

  /** A dial was refused and went on to another address: counted as connections are. */
  countRedial(): void {
    if (this.current) this.count(this.current, 'redialled');
  }

  recordPhase(window: Window, phase: LoadPhase, us: number): void {
    this.list(window);
    window.phases[phase] = this.record(window.phases[phase], us);
  }

  /** A connection was opened: counted in the window of the last arrival planned. */
  recordOpened(connectUs: number, tlsUs: number | undefined): void {
    if (!this.current) return;
    this.recordPhase(this.current, 'connect', connectUs);
    if (tlsUs !== undefined) this.recordPhase(this.current, 'tls', tlsUs);
  }

  /** Ends an arrival of one request; latencies that do not apply are undefined, `error` is the kind of a failure. */
  end(window: Window, outcome: Outcome, latency: ArrivalLatency & FirstByte, request = 0): void {
    this.endArrival(window, outcome, latency, undefined);
    this.endRequest(window, outcome, latency, request);
  }

  /** The part of it that is of the arrival, and of its flow. */
  endArrival(window: Window, outcome: Outcome, latency: ArrivalLatency, flow: number | undefined): void {
    const { dueUs, responseUs, serviceUs, error } = latency;
    this.list(window);
    window.counts[outcome]++;
    if (error !== undefined) window.errors[error] = (window.errors[error] ?? 0) + 1;
    if (responseUs !== undefined) {
      window.response = this.record(window.response, responseUs);
      if (outcome !== 'completed') window.lost = this.record(window.lost, responseUs);
      raisePeak(window, dueUs, responseUs);
    }
    if (serviceUs !== undefined) window.service = this.record(window.service, serviceUs);
    if (this.binUs !== undefined) {
      window.bins ??= new Map();
      if (outcome === 'completed') answeredIn(window.bins, this.binUs, dueUs, responseUs ?? 0);
      else lostIn(window.bins, this.binUs, dueUs);
    }
    const own = flow === undefined ? undefined : window.flows[flow];
    if (own) this.endOf(own, outcome, latency);
  }

  /** The part of it that is of the request which was sent last. */
  endRequest(window: Window, outcome: Outcome, latency: Latency & FirstByte, request: number): void {
    const own = window.requests[request];
    if (!own) return;
    this.list(window);
    this.endOf(own, outcome, latency);
    const { firstByteUs, error } = latency;
    if (firstByteUs !== undefined) own.firstByte = this.record(own.firstByte, firstByteUs);
    if (error !== undefined) own.errors[error] = (own.errors[error] ?? 0) + 1;
  }

  private endOf(own: FlowContents, outcome: Outcome, { responseUs, serviceUs }: Latency): void {
    own.counts[outcome]++;
    if (responseUs !== undefined) {
      own.response = this.record(own.response, responseUs);
      if (outcome !== 'completed') own.lost = this.record(own.lost, responseUs);
    }
    if (serviceUs !== undefined) own.service = this.record(own.service, serviceUs);
  }

  /** Emits everything new, one histogram encoded per turn of the event loop so that due requests are not kept waiting. */
  async flush(emit: (message: LoadWindow | LoadBins) => void): Promise<void> {
    const windows = this.listed;
    this.listed = [];
    // Taken out of the windows first: arrivals go on ending while this is encoded.
    for (const { window, taken } of windows.map((window) => ({ window, taken: takeFrom(window) }))) {
      const told = await windowMessage(window, taken, { names: this.names, spare: this.spare });
      const { bins } = taken;
      const finely = bins && this.binUs !== undefined ? await binsMessage(window.step, bins, this.binUs) : undefined;
      // One right after the other: who goes in between has told the one and not the other.
      emit(told);
      if (finely) emit(finely);
    }
  }

  private list(window: Window): void {
    if (window.isListed) return;
    window.isListed = true;
    this.listed.push(window);
  }

  private record(histogram: Histogram | undefined, us: number): Histogram {
    const target = histogram ?? this.spare.pop() ?? newHistogram();
    target.recordValue(recordable(us));
    return target;
  }
}

function recordable(us: number): number {
  return Math.min(Math.max(Math.round(us), 0), maxLatencyUs);
}

/** An arrival that was sent a little before it was due may have been sent before its second. */
function raisePeak(window: Window, dueUs: number, responseUs: number): void {
  window.peaks ??= [noPeak, noPeak, noPeak, noPeak, noPeak, noPeak, noPeak, noPeak, noPeak, noPeak];
  const { peaks } = window;
  const tenth = Math.min(Math.max(Math.floor((dueUs - window.dueUs) / tenthUs), 0), peaks.length - 1);
  peaks[tenth] = Math.max(peaks[tenth] ?? noPeak, recordable(responseUs));
}
