/** Evidence made of plain values, for tests of findings and of the diagnosis. */
import type { RunEvidence } from '../../src/analysis/findings/rule.ts';
import type { Series, StepResult } from '../../src/model/run-result.ts';
import { scenario } from './raw-run.ts';

const none = { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
const stepUs = 10_000_000;

interface StepValues {
  readonly rps: number;
  readonly answeredRps?: number;
  readonly p50Us?: number;
  readonly p99Us?: number;
  readonly errors?: Readonly<Record<string, number>>;
  /** Means of series, by target. */
  readonly targets?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly goroutines?: StepResult['goroutines'];
  /** Names of the requests of a load that has several. */
  readonly requests?: readonly string[];
}

/** The measured step of this index, 10 s long, named after its rate. */
export function step(index: number, values: StepValues): StepResult {
  const { rps, answeredRps = rps, p50Us = 5000, p99Us = 9000, errors = {} } = values;
  const planned = (rps * stepUs) / 1e6;
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const latency = {
    ...none,
    count: planned,
    mean: p50Us,
    p50: p50Us,
    p90: p99Us,
    p95: p99Us,
    p99: p99Us,
    p999: p99Us,
    max: p99Us,
  };
  const counts = { planned, completed: planned - failed, failed, timedOut: 0, dropped: 0, unfinished: 0 };
  return {
    name: `${rps}/s`,
    kind: 'measure',
    startUs: index * stepUs,
    durationUs: stepUs,
    load: { plannedRps: rps, sentRps: rps, completedRps: answeredRps, ...counts },
    responseUs: latency,
    serviceUs: latency,
    lagUs: none,
    ...(values.requests === undefined
      ? {}
      : { requests: values.requests.map((name) => ({ ...counts, name, responseUs: latency, serviceUs: latency })) }),
    errors: { ...errors },
    targets: Object.fromEntries(
      Object.entries(values.targets ?? {}).map(([target, means]) => [
        target,
        Object.fromEntries(
          Object.entries(means).map(([series, mean]) => [series, { mean, min: mean, max: mean, last: mean }]),
        ),
      ]),
    ),
    goroutines: values.goroutines ?? [],
  };
}

/** A series of one target. */
export function seriesOf(target: string, name: string, points: readonly (readonly [number, number])[]): Series {
  return { name, target, unit: '', source: 'test', points: points.map(([atUs, value]) => [atUs, value]) };
}

/** A run of `api-1` and `api-2`, and whatever else is given. */
export function evidence(change: Partial<RunEvidence>): RunEvidence {
  return {
    steps: [],
    series: [],
    stacks: [],
    works: [],
    looks: [],
    waits: [],
    events: [],
    windows: [],
    targets: ['api-1', 'api-2'].map((id) => ({ id, service: 'api' })),
    scenario,
    cores: 2,
    ...change,
  };
}
