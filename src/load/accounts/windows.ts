/** Outcomes and latencies by step and second of due time, handed out each second and then forgotten. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { encodeHistogram, maxLatencyUs, newHistogram } from '../../model/histogram.ts';
import type { LoadPhase, LoadWindow, RequestWindow } from '../../model/load.ts';
import type { OutcomeCounts } from '../../model/outcome-counts.ts';

/** How an arrival can end. */
type Outcome = 'completed' | 'failed' | 'timedOut' | 'dropped' | 'unfinished';

/** What is counted of sendings, beside the outcomes of arrivals. */
type Sending = 'resent' | 'unsent';

type Counts = { -readonly [Count in keyof OutcomeCounts]: number };

const secondUs = 1_000_000;
const tenthUs = secondUs / 10;
/** Stands for a tenth of a second without a response: a number, so that the array stays one of small integers. */
const noPeak = -1;

const phaseNames = ['connect', 'tls', 'firstByte'] as const satisfies readonly LoadPhase[];

/** What is new about the arrivals due in one second of one step. */
export interface Window {
  readonly step: number;
  readonly dueUs: number;
  /** Whether it waits for the next flush. */
  isListed: boolean;
  counts: Counts;
  sendings: Record<Sending, number>;
  errors: Record<string, number>;
  response: Histogram | undefined;
  service: Histogram | undefined;
  lag: Histogram | undefined;
  /** By tenth of its second; undefined until there is a response. */
  peaks: number[] | undefined;
  phases: Record<LoadPhase, Histogram | undefined>;
  /** By request, in the order of the plan; empty where there is only one. */
  requests: readonly RequestContents[];
}

/** What is new about one of several requests. */
interface RequestContents {
  readonly counts: Counts;
  response: Histogram | undefined;
  service: Histogram | undefined;
}

/** When one arrival was due, its latencies in microseconds, and the kind of its failure. */
interface Latency {
  readonly dueUs: number;
  readonly responseUs?: number | undefined;
  readonly serviceUs?: number | undefined;
  readonly error?: string | undefined;
}

/** The windows of one run; a latency goes to the one its arrival fell due in. */
export class Windows {
  private readonly requestNames: readonly string[];
  /** Those with something new. */
  private listed: Window[] = [];
  private current: Window | undefined;
  /** Emptied ones, to be used again. */
  private readonly spare: Histogram[] = [];

  /** Several requests are kept apart as well. */
  constructor(requests: readonly { readonly name: string }[] = []) {
    this.requestNames = requests.length > 1 ? requests.map(({ name }) => name) : [];
  }

  /** Counts an arrival of a request, by its place in the plan, as planned and returns the window for its outcome. */
  plan(step: number, dueUs: number, request = 0): Window {
    const second = Math.floor(dueUs / secondUs) * secondUs;
    let { current } = this;
    if (current?.dueUs !== second || current.step !== step) {
      current = { step, dueUs: second, isListed: false, ...noContents(this.requestNames.length) };
      this.current = current;
    }
    this.list(current);
    current.counts.planned++;
    const own = current.requests[request];
    if (own) own.counts.planned++;
    return current;
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

  /** Ends an arrival; latencies that do not apply are undefined, `error` is the kind of a failure. */
  end(window: Window, outcome: Outcome, { dueUs, responseUs, serviceUs, error }: Latency, request = 0): void {
    this.list(window);
    window.counts[outcome]++;
    if (error !== undefined) window.errors[error] = (window.errors[error] ?? 0) + 1;
    if (responseUs !== undefined) {
      window.response = this.record(window.response, responseUs);
      raisePeak(window, dueUs, responseUs);
    }
    if (serviceUs !== undefined) window.service = this.record(window.service, serviceUs);
    const own = window.requests[request];
    if (!own) return;
    own.counts[outcome]++;
    if (responseUs !== undefined) own.response = this.record(own.response, responseUs);
    if (serviceUs !== undefined) own.service = this.record(own.service, serviceUs);
  }

  /** Emits everything new, one histogram encoded per turn of the event loop so that due requests are not kept waiting. */
  async flush(emit: (window: LoadWindow) => void): Promise<void> {
    const windows = this.listed;
    this.listed = [];
    // Taken out of the windows first: arrivals go on ending while this is encoded.
    for (const { window, taken } of windows.map((window) => ({ window, taken: takeFrom(window) }))) {
      emit({
        kind: 'window',
        step: window.step,
        dueUs: window.dueUs,
        ...taken.counts,
        ...(taken.sendings.resent > 0 && { resent: taken.sendings.resent }),
        ...(taken.sendings.unsent > 0 && { unsent: taken.sendings.unsent }),
        response: await this.encode(taken.response),
        service: await this.encode(taken.service),
        lag: await this.encode(taken.lag),
        ...(taken.peaks && { responsePeaksUs: taken.peaks.map((us) => (us === noPeak ? null : us)) }),
        errors: taken.errors,
        ...(await this.encodePhases(taken.phases)),
        ...(await this.encodeRequests(taken.requests)),
      });
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

  private async encode(histogram: Histogram | undefined): Promise<string> {
    if (!histogram) return emptyHistogram();
    const text = encodeHistogram(histogram);
    histogram.reset();
    this.spare.push(histogram);
    await turnOfLoop();
    return text;
  }

  private async encodePhases(phases: Contents['phases']): Promise<Pick<LoadWindow, 'phases'>> {
    const texts: Partial<Record<LoadPhase, string>> = {};
    for (const phase of phaseNames) if (phases[phase]) texts[phase] = await this.encode(phases[phase]);
    return Object.keys(texts).length > 0 ? { phases: texts } : {};
  }

  private async encodeRequests(contents: Contents['requests']): Promise<Pick<LoadWindow, 'requests'>> {
    const windows: RequestWindow[] = [];
    for (const [index, { counts, response, service }] of contents.entries()) {
      const name = this.requestNames[index] ?? '';
      windows.push({ name, ...counts, response: await this.encode(response), service: await this.encode(service) });
    }
    return windows.length > 0 ? { requests: windows } : {};
  }
}

type Contents = Omit<Window, 'step' | 'dueUs' | 'isListed'>;

function noCounts(): Counts {
  return { planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
}

function noContents(requests: number): Contents {
  return {
    counts: noCounts(),
    sendings: { resent: 0, unsent: 0 },
    errors: {},
    response: undefined,
    service: undefined,
    lag: undefined,
    peaks: undefined,
    phases: { connect: undefined, tls: undefined, firstByte: undefined },
    requests: Array.from({ length: requests }, () => ({
      counts: noCounts(),
      response: undefined,
      service: undefined,
    })),
  };
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

function takeFrom(window: Window): Contents {
  const { counts, sendings, errors, response, service, lag, peaks, phases, requests } = window;
  Object.assign(window, noContents(requests.length));
  window.isListed = false;
  return { counts, sendings, errors, response, service, lag, peaks, phases, requests };
}

let emptyText: string | undefined;

function emptyHistogram(): string {
  emptyText ??= encodeHistogram(newHistogram());
  return emptyText;
}
