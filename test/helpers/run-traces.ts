/** Traces over a run, made: what a result holds of them. */
import type { InspectedPart, InspectedRoute } from '../../src/model/inspected-trace.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import type { RunTraces, TracedStep } from '../../src/model/run-traces.ts';
import { sampleResult } from '../golden/sample-result.ts';
import { clientWait } from './client-wait.ts';

const part = (what: InspectedPart['what'], us: number, site = ''): InspectedPart => ({ what, us, site });

const poolGet = 'example.com/shop/db.(*Pool).Get';

/** Requests whose slow ones wait for a processor and for a connection. */
export const slowRoute: InspectedRoute = {
  count: 6400,
  p50Us: 3020,
  p90Us: 9100,
  p99Us: 38_200,
  maxUs: 96_000,
  typical: {
    count: 1280,
    meanUs: 3010,
    parts: [part('running', 2200), part('downstream', 700, 'example.com/shop/api.fetch'), part('runnable', 100)],
    ranInstead: [{ use: 'requests', us: 100 }],
  },
  slow: {
    count: 64,
    meanUs: 41_000,
    parts: [
      part('runnable', 29_000),
      part('pool', 8000, `sync.(*Cond).Wait in ${poolGet}`),
      part('running', 2000),
      part('lock', 1000, 'sync.(*Mutex).Lock in example.com/shop/api.count'),
      part('lock', 500, 'sync.(*Mutex).Lock in example.com/shop/api.log'),
      part('syscall', 500),
    ],
    ranInstead: [
      { use: 'requests', us: 5000 },
      { use: 'collector', us: 22_000 },
      { use: 'free', us: 2000 },
    ],
  },
};

/** What windows say of a service in a step. */
export function tracedStep(change: Partial<TracedStep> = {}): TracedStep {
  return {
    step: '1600',
    service: 'downstream',
    targets: ['downstream-1', 'downstream-2'],
    windows: { taken: 40, slow: 8, ordinary: 4, read: 12 },
    coveredS: 2.4,
    requests: { found: 6400, censored: 240, unanswered: 3, ofTracer: 12 },
    all: slowRoute,
    routes: [
      { ...slowRoute, route: 'example.com/shop/api.list', count: 5000 },
      { route: 'example.com/shop/api.buy', count: 1400, p50Us: 2000, p90Us: 3000, p99Us: 9000, maxUs: 12_000 },
    ],
    routesLeftOut: 0,
    slowest: [
      {
        atS: 0.12,
        us: 96_000,
        goroutine: 812,
        route: 'example.com/shop/api.list',
        parts: [part('runnable', 70_000), part('pool', 20_000, poolGet), part('running', 6000)],
        order: [
          { ...part('running', 6000), fromUs: 0 },
          { ...part('runnable', 70_000), fromUs: 6000 },
          { ...part('pool', 20_000, poolGet), fromUs: 76_000 },
        ],
        merged: { count: 12, us: 900 },
        target: 'downstream-1',
        atUs: 14_120_000,
        file: 'traces/downstream-1.014.trace',
      },
      {
        atS: 0.02,
        us: 48_000,
        goroutine: 33,
        parts: [part('gc-assist', 30_000, 'example.com/shop/api.list'), part('running', 18_000)],
        order: [
          { ...part('running', 18_000), fromUs: 0 },
          { ...part('gc-assist', 30_000, 'example.com/shop/api.list'), fromUs: 18_000 },
        ],
        target: 'downstream-2',
        atUs: 15_020_000,
        file: 'traces/downstream-2.015.trace',
      },
    ],
    client: {
      traced: { count: 2100, p50Us: 3900, p99Us: 52_000 },
      untraced: { count: 38_000, p50Us: 3800, p99Us: 49_000 },
    },
    notes: [],
    ...change,
  };
}

/** Of these steps, with a window of each kind for each. */
export function madeTraces(steps: readonly TracedStep[]): RunTraces {
  const windows = steps.flatMap(({ step, targets: [target = ''] }, index) =>
    (['ordinary', 'slow'] as const).map((kept, at) => ({
      target,
      step,
      atUs: (2 * index + at) * 1e6,
      untilUs: (2 * index + at) * 1e6 + 2e5,
      kept,
      slowestUs: kept === 'slow' ? 96_000 : 7000,
      bytes: 900_000,
      file: `traces/${target}.${index}-${kept}.trace`,
    })),
  );
  const missed = steps.slice(0, 1).map(({ step, targets: [target = ''] }) => ({
    target,
    step,
    outcome: 'busy' as const,
    message: 'somebody else was tracing',
    count: 2,
  }));
  return { windowUs: 200_000, everyUs: 1_000_000, steps: [...steps], windows, missed };
}

/** The sample with traces over it: of a step that broke, of one with too few requests, and of names that nobody would choose. */
export function tracedResult(): RunResult {
  const { all, ...rest } = tracedStep();
  const few = { ...all!, count: 300, slow: undefined };
  const evil = '</code><script>alert(1)</script>';
  const steps = [
    tracedStep({ step: '1400', all: few, slowest: [] }),
    tracedStep({ clientWait: clientWait() }),
    tracedStep({
      service: evil,
      targets: [evil],
      routes: [],
      slowest: [{ ...rest.slowest[0]!, route: evil, order: [{ ...part('lock', 96_000, evil), fromUs: 0 }] }],
      notes: [evil],
    }),
    {
      ...rest,
      step: '1800',
      requests: { found: 0, censored: 30, unanswered: 0, ofTracer: 0 },
      routes: [],
      slowest: [],
    },
  ];
  return { ...sampleResult(), traces: madeTraces(steps) };
}
