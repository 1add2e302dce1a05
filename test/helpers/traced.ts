/** What traces say of services, made of parts of the time of their requests. */
import type { InspectedPart, RequestCohort } from '../../src/model/inspected-trace.ts';
import type { RunTraces, TracedStep } from '../../src/model/run-traces.ts';

/** Milliseconds by what they were spent with, with a place after a space: `lock main.hold`. */
export type SpentMs = Readonly<Record<string, number>>;

interface MadeTraced {
  readonly step: string;
  readonly service: string;
  readonly ordinary: SpentMs;
  /** Absent where too few were slow for a mean. */
  readonly slow?: SpentMs;
  readonly ordinaryCount?: number;
  /** Requests that were cut off at an edge of a window. */
  readonly censored?: number;
  /** Of all processors while slow requests were runnable, milliseconds. */
  readonly meanwhile?: Readonly<Record<string, number>>;
  /** One slow request for each. */
  readonly slowest?: readonly SpentMs[];
}

/** A run's traces of one replica of each service. */
export function tracesOf(made: readonly MadeTraced[]): RunTraces {
  return { windowUs: 1e6, everyUs: 5e6, steps: made.map(stepOf), windows: [], missed: [] };
}

function stepOf({
  step,
  service,
  ordinary,
  slow,
  ordinaryCount = 100,
  meanwhile,
  slowest = [],
  censored = 0,
}: MadeTraced): TracedStep {
  const target = `${service}-1`;
  const typical = cohortOf(ordinary, ordinaryCount);
  const us = { p50Us: typical.meanUs, p90Us: typical.meanUs, p99Us: typical.meanUs, maxUs: typical.meanUs };
  return {
    step,
    service,
    targets: [target],
    windows: { taken: 2, slow: 2, ordinary: 0, read: 2 },
    coveredS: 2,
    requests: { found: 5 * ordinaryCount, censored, unanswered: 0, ofTracer: 0 },
    all: { count: 5 * ordinaryCount, ...us, typical, ...(slow ? { slow: cohortOf(slow, 20, meanwhile) } : {}) },
    routes: [],
    routesLeftOut: 0,
    slowest: slowest.map((spent) => {
      const { meanUs, parts } = cohortOf(spent, 1);
      return { atS: 0, us: meanUs, goroutine: 1, parts, target, atUs: 0, file: 'traces/1.out' };
    }),
    notes: [],
  };
}

function cohortOf(spent: SpentMs, count: number, meanwhile: SpentMs = {}): RequestCohort {
  const parts = Object.entries(spent).map(([name, ms]): InspectedPart => {
    const [what = '', ...site] = name.split(' ');
    return { what: what as InspectedPart['what'], site: site.join(' '), us: ms * 1000 };
  });
  const ranInstead = Object.entries(meanwhile).map(([use, ms]) => ({ use, us: ms * 1000 }));
  return { count, meanUs: parts.reduce((sum, { us }) => sum + us, 0), parts, ranInstead };
}
