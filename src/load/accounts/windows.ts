/** Outcomes and latencies by step and second of due time, handed out each second and then forgotten. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { encodeHistogram, maxLatencyUs, newHistogram } from '../../model/histogram.ts';
import type { LoadPhase, LoadWindow, OutcomeCounts, RequestWindow } from '../../model/load.ts';

/** How an arrival can end. */
type Outcome = 'completed' | 'failed' | 'timedOut' | 'dropped' | 'unfinished';

/** What is counted of sendings, beside the outcomes of arrivals. */
type Sending = 'resent' | 'unsent';

type Counts = { -readonly [Count in keyof OutcomeCounts]: number };

const secondUs = 1_000_000;

const phaseNames = ['connect', 'tls', 'firstByte'] as const satisfies readonly LoadPhase[];

/** What is new about the arrivals due in one second of one step. */
export interface Window {
  readonly step: number;
  readonly dueUs: number;
  /** Whether it waits in the book for the next flush. */
  isListed: boolean;
  counts: Counts;
  sendings: Record<Sending, number>;
  errors: Record<string, number>;
  response: Histogram | undefined;
  service: Histogram | undefined;
  lag: Histogram | undefined;
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

/** The book of one run; a latency goes to the window its arrival fell due in. */
export interface WindowBook {
  /** Counts an arrival of a request, by its place in the plan, as planned and returns the window for its outcome. */
  plan(step: number, dueUs: number, request?: number): Window;
  recordLag(window: Window, lagUs: number): void;
  /** Counts one more sending that was a second one, or that came to nothing. */
  count(window: Window, what: Sending): void;
  recordPhase(window: Window, phase: LoadPhase, us: number): void;
  /** A connection was opened: counted in the window of the last arrival planned. */
  recordOpened(connectUs: number, tlsUs: number | undefined): void;
  /** Ends an arrival; latencies that do not apply are undefined, `error` is the kind of a failure. */
  end(window: Window, outcome: Outcome, latency: Latency, request?: number): void;
  /** Emits everything new, one histogram encoded per turn of the event loop so that due requests are not kept waiting. */
  flush(emit: (window: LoadWindow) => void): Promise<void>;
}

/** Latencies of one arrival in microseconds, and the kind of its failure. */
interface Latency {
  readonly responseUs?: number | undefined;
  readonly serviceUs?: number | undefined;
  readonly error?: string | undefined;
}

/** An empty book; with several requests it keeps them apart as well. */
export function newWindowBook(requests: readonly { readonly name: string }[] = []): WindowBook {
  const names = requests.length > 1 ? requests.map(({ name }) => name) : [];
  let listed: Window[] = [];
  let current: Window | undefined;
  const spare: Histogram[] = [];

  const list = (window: Window) => {
    if (window.isListed) return;
    window.isListed = true;
    listed.push(window);
  };
  const record = (histogram: Histogram | undefined, us: number): Histogram => {
    const target = histogram ?? spare.pop() ?? newHistogram();
    target.recordValue(Math.min(Math.max(Math.round(us), 0), maxLatencyUs));
    return target;
  };
  const encode = async (histogram: Histogram | undefined): Promise<string> => {
    if (!histogram) return emptyHistogram();
    const text = encodeHistogram(histogram);
    histogram.reset();
    spare.push(histogram);
    await turnOfLoop();
    return text;
  };

  const encodePhases = async (phases: Contents['phases']): Promise<Pick<LoadWindow, 'phases'>> => {
    const texts: Partial<Record<LoadPhase, string>> = {};
    for (const phase of phaseNames) if (phases[phase]) texts[phase] = await encode(phases[phase]);
    return Object.keys(texts).length > 0 ? { phases: texts } : {};
  };
  const encodeRequests = async (contents: Contents['requests']): Promise<Pick<LoadWindow, 'requests'>> => {
    const windows: RequestWindow[] = [];
    for (const [index, { counts, response, service }] of contents.entries()) {
      const name = names[index] ?? '';
      windows.push({ name, ...counts, response: await encode(response), service: await encode(service) });
    }
    return windows.length > 0 ? { requests: windows } : {};
  };
  const recordPhase = (window: Window, phase: LoadPhase, us: number) => {
    list(window);
    window.phases[phase] = record(window.phases[phase], us);
  };

  return {
    plan(step, dueUs, request = 0) {
      const second = Math.floor(dueUs / secondUs) * secondUs;
      if (current?.dueUs !== second || current.step !== step)
        current = { step, dueUs: second, isListed: false, ...noContents(names.length) };
      list(current);
      current.counts.planned++;
      const own = current.requests[request];
      if (own) own.counts.planned++;
      return current;
    },
    recordPhase,
    count(window, what) {
      list(window);
      window.sendings[what]++;
    },
    recordOpened(connectUs, tlsUs) {
      if (!current) return;
      recordPhase(current, 'connect', connectUs);
      if (tlsUs !== undefined) recordPhase(current, 'tls', tlsUs);
    },
    recordLag(window, lagUs) {
      list(window);
      window.lag = record(window.lag, lagUs);
    },
    end(window, outcome, { responseUs, serviceUs, error }, request = 0) {
      list(window);
      window.counts[outcome]++;
      if (error !== undefined) window.errors[error] = (window.errors[error] ?? 0) + 1;
      if (responseUs !== undefined) window.response = record(window.response, responseUs);
      if (serviceUs !== undefined) window.service = record(window.service, serviceUs);
      const own = window.requests[request];
      if (!own) return;
      own.counts[outcome]++;
      if (responseUs !== undefined) own.response = record(own.response, responseUs);
      if (serviceUs !== undefined) own.service = record(own.service, serviceUs);
    },
    async flush(emit) {
      const windows = listed;
      listed = [];
      // Taken out of the windows first: arrivals go on ending while this is encoded.
      for (const { window, taken } of windows.map((window) => ({ window, taken: takeFrom(window) }))) {
        emit({
          kind: 'window',
          step: window.step,
          dueUs: window.dueUs,
          ...taken.counts,
          ...(taken.sendings.resent > 0 && { resent: taken.sendings.resent }),
          ...(taken.sendings.unsent > 0 && { unsent: taken.sendings.unsent }),
          response: await encode(taken.response),
          service: await encode(taken.service),
          lag: await encode(taken.lag),
          errors: taken.errors,
          ...(await encodePhases(taken.phases)),
          ...(await encodeRequests(taken.requests)),
        });
      }
    },
  };
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
    phases: { connect: undefined, tls: undefined, firstByte: undefined },
    requests: Array.from({ length: requests }, () => ({
      counts: noCounts(),
      response: undefined,
      service: undefined,
    })),
  };
}

function takeFrom(window: Window): Contents {
  const { counts, sendings, errors, response, service, lag, phases, requests } = window;
  Object.assign(window, noContents(requests.length));
  window.isListed = false;
  return { counts, sendings, errors, response, service, lag, phases, requests };
}

let emptyText: string | undefined;

function emptyHistogram(): string {
  emptyText ??= encodeHistogram(newHistogram());
  return emptyText;
}
