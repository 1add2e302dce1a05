/** Raw runs made of plain values, for tests of analysis and archive. */
import { encodeHistogram, newHistogram } from '../../src/model/histogram.ts';
import type { LoadTick, LoadWindow } from '../../src/model/load.ts';
import type { RawRun, RunManifest } from '../../src/model/raw-run.ts';
import type { Sample } from '../../src/model/sample.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import { plainRequest } from '../load/load-run.ts';

export const scenario: Scenario = {
  name: 'ramp',
  description: '',
  seed: 1,
  topology: { engine: 'auto', compose: '/compose.yaml', scale: {}, env: {}, readyTimeoutMs: 60_000 },
  target: { service: 'loadbalancer', port: 8080 },
  load: {
    mode: 'open',
    requests: [plainRequest],
    feeders: {},
    arrivals: 'uniform',
    maxConnections: 100,
    workers: 1,
    timeoutMs: 10_000,
    idleMs: 1000,
    steps: [
      { name: 'warm-up', shape: { kind: 'constant', rps: 10 }, durationMs: 1000, measure: false },
      { name: 'low', shape: { kind: 'constant', rps: 1000 }, durationMs: 2000, measure: true },
      { name: 'high', shape: { kind: 'constant', rps: 2000 }, durationMs: 2000, measure: true },
    ],
  },
  observe: {},
  validity: { minSentShare: 0.99, maxLagP99Ms: 5, maxLoopShare: 0.95, maxOwnShare: 0.5 },
  slo: [],
};

const manifest: RunManifest = {
  id: 'r1',
  toolVersion: '0.0.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  scenario,
  environment: {
    engine: 'process',
    os: 'linux',
    cpuModel: 'test',
    cpus: 2,
    memoryBytes: 1,
    node: 'v20',
    facts: {},
    targets: [{ id: 'loadbalancer-1', service: 'loadbalancer' }],
  },
  warnings: [],
  observers: [],
  startUs: 1_000_000,
};

export function rawRun(
  samples: Sample[],
  change: { scenario?: Partial<Scenario>; outcome?: RawRun['outcome'] } = {},
): RawRun {
  const outcome: RawRun['outcome'] = 'outcome' in change ? change.outcome : { status: 'complete', endUs: 7_000_000 };
  return { manifest: { ...manifest, scenario: { ...scenario, ...change.scenario } }, outcome, samples };
}

/** An observation of one target, which sent nothing. */
export function observedRun(samples: Sample[]): RawRun {
  const topology = { engine: 'observe', targets: [{ name: 'api-1' }] } as const;
  const looked = { name: 'observe-api', description: '', topology, observe: {}, slo: [] };
  const environment = { ...manifest.environment, engine: 'observe', targets: [{ id: 'api-1', service: 'api' }] };
  return {
    manifest: { ...manifest, scenario: looked, environment },
    outcome: { status: 'complete', endUs: 9_000_000 },
    samples,
  };
}

/** An encoded histogram of these microsecond values. */
export function histogram(values: readonly number[]): string {
  const made = newHistogram();
  for (const value of values) made.recordValue(value);
  return encodeHistogram(made);
}

/** A window of `count` completed arrivals that all took `us`. */
export function window(
  step: number,
  dueUs: number,
  count: number,
  us: number,
  change: Partial<LoadWindow> = {},
): LoadWindow {
  const same = histogram(Array.from({ length: count }, () => us));
  return {
    kind: 'window',
    step,
    dueUs,
    planned: count,
    completed: count,
    failed: 0,
    timedOut: 0,
    dropped: 0,
    unfinished: 0,
    response: same,
    service: same,
    lag: histogram(Array.from({ length: count }, () => 100)),
    errors: {},
    ...change,
  };
}

export function tick(atUs: number, count: number, change: Partial<LoadTick> = {}): LoadTick {
  return {
    kind: 'tick',
    atUs,
    lengthUs: 1_000_000,
    step: 1,
    due: count,
    sent: count,
    completed: count,
    inFlight: 1,
    waiting: 0,
    connections: 5,
    opened: 0,
    cpuPercent: 20,
    loopUtilisation: 0.2,
    ...change,
  };
}

/** A healthy run: warm-up from 1 s, low from 2 s, high from 4 s, drained at 7.5 s. */
export function healthySamples(): Sample[] {
  return [
    { kind: 'step', step: 0, startUs: 1_000_000 },
    window(0, 1_000_000, 10, 900),
    tick(2_000_000, 10),
    { kind: 'step', step: 1, startUs: 2_000_000 },
    window(1, 2_000_000, 1000, 1000),
    tick(3_000_000, 1000),
    window(1, 3_000_000, 1000, 1000),
    tick(4_000_000, 1000),
    { kind: 'step', step: 2, startUs: 4_000_000 },
    window(2, 4_000_000, 2000, 2000),
    tick(5_000_000, 2000),
    window(2, 5_000_000, 2000, 2000),
    tick(6_000_000, 2000),
    { kind: 'end', lastDueUs: 5_999_500, drainedUs: 7_500_000 },
  ];
}
