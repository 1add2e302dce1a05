/** How many workers send a load, and the exact share of each: a schedule cut by index, so that nothing is sent twice or left out. */
import type { LoadPlan } from '../../model/load.ts';
import type { LoadStep } from '../../model/scenario.ts';

/** The rate up to which one worker is left alone: each further one costs two threads, 33 MiB, and connections that it cannot lend another. */
const rpsPerWorker = 12_000;
/** A worker keeps two threads busy, and what it is to measure often runs on the same machine. */
const coresPerWorker = 4;

/**
 * The workers for a plan on a machine of so many cores, which is one of so many that share it; never more than it has connections, because
 * each needs one.
 */
export function workersFor(plan: LoadPlan, cores: number, machines = 1): number {
  const { workers, steps, maxConnections } = plan;
  const rps = (peakRps(steps) * requestsPerArrival(plan)) / machines;
  return Math.min(workers === 'auto' ? enoughWorkers(rps, cores) : workers, maxConnections);
}

/** How many requests an arrival has on average, redirects aside. */
function requestsPerArrival({ requests, flows = [] }: LoadPlan): number {
  const sent = [
    ...requests.map(({ weight }) => ({ weight, count: 1 })),
    ...flows.map((flow) => ({ weight: flow.weight, count: flow.requests.length })),
  ];
  const total = sent.reduce((sum, { weight }) => sum + weight, 0);
  return total > 0 ? sent.reduce((sum, { weight, count }) => sum + (weight / total) * count, 0) : 1;
}

function enoughWorkers(rps: number, cores: number): number {
  const affordable = Math.max(1, Math.floor(cores / coresPerWorker));
  return Math.min(Math.max(1, Math.ceil(rps / rpsPerWorker)), affordable);
}

/** The highest rate that is planned at any moment, requests per second. */
function peakRps(steps: readonly LoadStep[]): number {
  return Math.max(0, ...steps.map(({ shape }) => peakOf(shape)));
}

function peakOf(shape: LoadStep['shape']): number {
  switch (shape.kind) {
    case 'closed':
      return 0;
    case 'constant':
      return shape.rps;
    case 'recorded':
      return shape.peakRps;
    case 'linear':
      return Math.max(shape.fromRps, shape.toRps);
    case 'spike':
      return Math.max(shape.baseRps, shape.peakRps);
    case 'sine':
      return shape.meanRps + Math.min(shape.amplitudeRps, shape.meanRps);
  }
}

/** The plan of each worker: every `workers`-th arrival, and its part of connections and queue; the parts add up to the whole. */
export function sharedOut(plan: LoadPlan, workers: number): LoadPlan[] {
  const partOf = (whole: number, index: number) => Math.floor(whole / workers) + (index < whole % workers ? 1 : 0);
  return Array.from({ length: workers }, (_, index) => ({
    ...plan,
    share: { index, of: workers },
    maxConnections: partOf(plan.maxConnections, index),
    ...(plan.maxQueue === undefined ? {} : { maxQueue: partOf(plan.maxQueue, index) }),
  }));
}
