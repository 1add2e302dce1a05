/** Plans for tests, and what came of a run, added up from its messages. */
import { hrUs, wallMs } from '../../src/host/clock.ts';
import { watchThread } from '../../src/host/thread-usage.ts';
import { mergeHistograms } from '../../src/model/histogram.ts';
import type { ArrivalBin, LoadMessage, LoadPhase, LoadPlan, LoadTick, LoadWindow } from '../../src/model/load.ts';
import type { OutcomeCounts } from '../../src/model/outcome-counts.ts';
import type { LoadStep, RequestSpec } from '../../src/model/scenario.ts';

/**
 * What a load in the test's own thread needs beside its plan, all but who hears its messages; nobody aborts it. Without a metronome its
 * arrivals are issued every 10 ms by the housekeeping: good enough for everything but the pace itself.
 */
export const bareContext = {
  hrUs,
  wallMs,
  watchThread,
  pacer: { start: () => {}, stop: () => {} },
  signal: new AbortController().signal,
};

/** A step of constant rate. */
export function constantStep(rps: number, durationMs: number): LoadStep {
  return { name: `${rps}`, shape: { kind: 'constant', rps }, durationMs, measure: true };
}

/** GET / */
export const plainRequest: RequestSpec = {
  name: '',
  weight: 1,
  method: 'GET',
  path: '/',
  headers: {},
  body: '',
  expect: { status: [], bodyContains: '' },
};

/** A plan against a port of 127.0.0.1 that starts in `startInMs`; without steps of its own it has 50 arrivals in 0.2 s. */
export function planFor(port: number, plan: Partial<LoadPlan> & { startInMs?: number } = {}): LoadPlan {
  const { startInMs = 300, ...rest } = plan;
  return {
    host: '127.0.0.1',
    port,
    requests: [plainRequest],
    feeders: {},
    steps: [constantStep(250, 200)],
    arrivals: 'uniform',
    seed: 1,
    maxConnections: 100,
    workers: 1,
    timeoutMs: 30_000,
    originHrUs: hrUs(),
    startUs: startInMs * 1000,
    ...rest,
  };
}

/** What the messages of one run say. */
export interface LoadReport {
  readonly messages: readonly LoadMessage[];
  readonly windows: readonly LoadWindow[];
  readonly ticks: readonly LoadTick[];
  readonly bins: readonly (ArrivalBin & { readonly step: number })[];
  readonly total: OutcomeCounts;
  readonly steps: readonly OutcomeCounts[];
  readonly errors: Readonly<Record<string, number>>;
  readonly resent: number;
  readonly unsent: number;
  /** Requests that the target has read, by our accounts. */
  readonly reached: number;
  readonly response: ReturnType<typeof mergeHistograms>;
  readonly service: ReturnType<typeof mergeHistograms>;
  readonly lag: ReturnType<typeof mergeHistograms>;
  readonly phases: Readonly<Record<LoadPhase, ReturnType<typeof mergeHistograms>>>;
}

const outcomes = ['planned', 'completed', 'failed', 'timedOut', 'dropped', 'unfinished'] as const;

function add(windows: readonly LoadWindow[]): OutcomeCounts {
  const sum = { planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
  for (const window of windows) for (const outcome of outcomes) sum[outcome] += window[outcome];
  return sum;
}

/** Adds up a run of `steps` steps. */
export function reportOf(messages: readonly LoadMessage[], steps: number): LoadReport {
  const windows = messages.filter((message) => message.kind === 'window');
  const errors: Record<string, number> = {};
  for (const window of windows) {
    for (const [kind, count] of Object.entries(window.errors)) errors[kind] = (errors[kind] ?? 0) + count;
  }
  const total = add(windows);
  const resent = windows.reduce((sum, window) => sum + (window.resent ?? 0), 0);
  const followed = windows.reduce((sum, window) => sum + (window.followed ?? 0), 0);
  const unsent = windows.reduce((sum, window) => sum + (window.unsent ?? 0), 0);
  const phase = (name: LoadPhase) => mergeHistograms(windows.flatMap((window) => window.phases?.[name] ?? []));
  return {
    messages,
    windows,
    ticks: messages.filter((message) => message.kind === 'tick'),
    bins: messages.flatMap((message) =>
      message.kind === 'bins' ? message.bins.map((bin) => ({ ...bin, step: message.step })) : [],
    ),
    total,
    resent,
    unsent,
    reached: total.planned + followed - unsent + resent,
    steps: Array.from({ length: steps }, (_, step) => add(windows.filter((window) => window.step === step))),
    errors,
    response: mergeHistograms(windows.map((window) => window.response)),
    service: mergeHistograms(windows.map((window) => window.service)),
    lag: mergeHistograms(windows.map((window) => window.lag)),
    phases: { connect: phase('connect'), tls: phase('tls'), firstByte: phase('firstByte') },
  };
}

/** Planned arrivals that have no outcome, or one too many; zero when the accounts are right. */
export function imbalance(counts: OutcomeCounts): number {
  return counts.planned - counts.completed - counts.failed - counts.timedOut - counts.dropped - counts.unfinished;
}

/** How many values of a histogram are at least `limitUs`, to its resolution of a thousandth. */
export function countFrom(histogram: ReturnType<typeof mergeHistograms>, limitUs: number): number {
  let below = 0;
  let high = histogram.totalCount;
  while (below < high) {
    const middle = Math.ceil((below + high) / 2);
    if (histogram.getValueAtPercentile((100 * (middle - 0.5)) / histogram.totalCount) < limitUs) below = middle;
    else high = middle - 1;
  }
  return histogram.totalCount - below;
}
