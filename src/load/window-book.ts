/** Outcomes and latencies by step and second of due time, handed out each second and then forgotten. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { encodeHistogram, maxLatencyUs, newHistogram } from '../model/histogram.ts';
import type { LoadWindow } from '../model/load.ts';

/** How an arrival can end. */
type Outcome = 'completed' | 'failed' | 'timedOut' | 'dropped' | 'unfinished';

const secondUs = 1_000_000;

/** What is new about the arrivals due in one second of one step. */
export interface Window {
  readonly step: number;
  readonly dueUs: number;
  /** Whether it waits in the book for the next flush. */
  isListed: boolean;
  counts: Record<'planned' | Outcome, number>;
  errors: Record<string, number>;
  response: Histogram | undefined;
  service: Histogram | undefined;
  lag: Histogram | undefined;
}

/** The book of one run; a latency goes to the window its arrival fell due in. */
export interface WindowBook {
  /** Counts an arrival as planned and returns the window for its outcome. */
  plan(step: number, dueUs: number): Window;
  recordLag(window: Window, lagUs: number): void;
  /** Ends an arrival; latencies that do not apply are undefined, `error` is the kind of a failure. */
  end(window: Window, outcome: Outcome, latency: Latency): void;
  /** Emits everything new, one histogram encoded per turn of the event loop so that due requests are not kept waiting. */
  flush(emit: (window: LoadWindow) => void): Promise<void>;
}

/** Latencies of one arrival in microseconds, and the kind of its failure. */
interface Latency {
  readonly responseUs?: number | undefined;
  readonly serviceUs?: number | undefined;
  readonly error?: string | undefined;
}

/** An empty book. */
export function newWindowBook(): WindowBook {
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

  return {
    plan(step, dueUs) {
      const second = Math.floor(dueUs / secondUs) * secondUs;
      if (current?.dueUs !== second || current.step !== step) current = newWindow(step, second);
      list(current);
      current.counts.planned++;
      return current;
    },
    recordLag(window, lagUs) {
      list(window);
      window.lag = record(window.lag, lagUs);
    },
    end(window, outcome, { responseUs, serviceUs, error }) {
      list(window);
      window.counts[outcome]++;
      if (error !== undefined) window.errors[error] = (window.errors[error] ?? 0) + 1;
      if (responseUs !== undefined) window.response = record(window.response, responseUs);
      if (serviceUs !== undefined) window.service = record(window.service, serviceUs);
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
          response: await encode(taken.response),
          service: await encode(taken.service),
          lag: await encode(taken.lag),
          errors: taken.errors,
        });
      }
    },
  };
}

type Contents = Pick<Window, 'counts' | 'errors' | 'response' | 'service' | 'lag'>;

function noContents(): Contents {
  return {
    counts: { planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 },
    errors: {},
    response: undefined,
    service: undefined,
    lag: undefined,
  };
}

function newWindow(step: number, dueUs: number): Window {
  return { step, dueUs, isListed: false, ...noContents() };
}

function takeFrom(window: Window): Contents {
  const { counts, errors, response, service, lag } = window;
  Object.assign(window, noContents());
  window.isListed = false;
  return { counts, errors, response, service, lag };
}

let emptyText: string | undefined;

function emptyHistogram(): string {
  emptyText ??= encodeHistogram(newHistogram());
  return emptyText;
}
