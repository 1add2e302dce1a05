/**
 * The open engine's numbers held against a server that knows what it did. Only what no other work on the machine can break: that
 * nothing is sent before it is due, and that what the server kept, or saw late, is in the latencies. How little is added to them, and
 * how even the pace is, depends on the machine and is measured by `npm run bench:load`.
 */
import { describe, expect, it } from 'vitest';
import { hrUs } from '../../../src/host/clock.ts';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import type { LoadStep } from '../../../src/model/scenario.ts';
import { testRun } from '../../helpers/run-context.ts';
import { builtEngine } from '../built-engines.ts';
import { constantStep, countFrom, imbalance, type LoadReport, planFor, reportOf } from '../load-run.ts';
import { startTruthServer } from '../truth-server.ts';

const engine = await builtEngine('open');
const workerCounts = [1, 2];

async function run(plan: LoadPlan): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, testRun().context)) messages.push(message);
  const report = reportOf(messages, plan.steps.length);
  expect(imbalance(report.total)).toBe(0);
  return report;
}

/** When arrivals are due, microseconds of the wall clock, given when the first step started. */
function dueUnixUs(plan: LoadPlan, startUs: number): number[] {
  const originUnixUs = Date.now() * 1000 - (hrUs() - plan.originHrUs);
  const times: number[] = [];
  const cursor = arrivalCursor({ steps: plan.steps, arrivals: plan.arrivals, seed: plan.seed, startUs });
  for (; cursor.dueUs !== Number.POSITIVE_INFINITY; cursor.advance()) times.push(originUnixUs + cursor.dueUs);
  return times;
}

/** Longer than a busy machine keeps an answer. */
const timeoutMs = 30_000;
/** Two readings of two clocks, one of them in whole milliseconds. */
const clockErrorUs = 3000;
/** Of a histogram: a thousandth, or one microsecond. */
const resolved = (us: number) => us * 0.999 - 1;

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const shapes: LoadStep[] = [
  { name: 'ramp', shape: { kind: 'linear', fromRps: 0, toRps: 800 }, durationMs: 1500, measure: true },
  {
    name: 'spike',
    shape: { kind: 'spike', baseRps: 100, peakRps: 1000, peakMs: 200 },
    durationMs: 1000,
    measure: true,
  },
  {
    name: 'sine',
    shape: { kind: 'sine', meanRps: 400, amplitudeRps: 400, periodMs: 500 },
    durationMs: 1000,
    measure: true,
  },
];

/** Both arrivals, each by one worker and by two; what carries them does not know which they are. */
const kinds = [
  { arrivals: 'uniform', workers: 1, http: 1 },
  { arrivals: 'uniform', workers: 2, http: 1 },
  { arrivals: 'poisson', workers: 2, http: 1 },
  { arrivals: 'poisson', workers: 1, http: 2 },
] as const;

describe.concurrent('an open load', () => {
  it.each(kinds)(
    '$arrivals arrivals of $workers workers over HTTP/$http reach the server when they are due and not before; what is late is in their latencies',
    async ({ arrivals, workers, http }) => {
      await using truth = await startTruthServer();
      const plan = planFor(truth.port, { timeoutMs, steps: shapes, arrivals, workers, http, seed: 11 });
      const { messages, response, total } = await run(plan);
      const start = messages.find((message) => message.kind === 'step');
      const due = dueUnixUs(plan, start?.startUs ?? Number.NaN);
      const seen = await truth.arrivals();
      expect([total.completed, seen.us.length]).toEqual([due.length, due.length]);
      // The n-th seen against the n-th due. A burst a second, or each step's mean rate instead of its shape, would be hundreds of milliseconds early.
      const late = sorted(seen.us).map((us, index) => seen.firstUnixUs + us - (due[index] ?? Number.NaN));
      expect(Math.min(...late)).toBeGreaterThanOrEqual(-clockErrorUs);
      expect(response.maxValue).toBeGreaterThanOrEqual(resolved(Math.max(...late)) - clockErrorUs);
      expect(response.mean).toBeGreaterThanOrEqual(resolved(mean(late)) - clockErrorUs);
    },
  );

  it.each([1, 2] as const)('reports the two delays of the server in their shares, HTTP/%i', async (http) => {
    await using truth = await startTruthServer({ delay: '10ms', slow: '250ms', slowEvery: '10' });
    const report = await run(
      planFor(truth.port, { timeoutMs, steps: [constantStep(500, 1000)], maxConnections: 500, http }),
    );
    expect(report.total.completed).toBe(500);
    const held = sorted((await truth.arrivals()).heldUs);
    expect(held.filter((us) => us >= 250_000).length).toBeGreaterThanOrEqual(50);
    for (const latency of [report.response, report.service]) {
      // Each latency is longer than what the server kept, so the n-th longest is too; of whole milliseconds, or few more.
      for (const us of [...new Set(held.map((heldUs) => Math.floor(heldUs / 1000) * 1000))])
        expect(countFrom(latency, resolved(us))).toBeGreaterThanOrEqual(held.filter((heldUs) => heldUs >= us).length);
    }
  });

  it.each(workerCounts)(
    'shows a stall of one second to all the five hundred arrivals that fell due in it, %i workers',
    async (workers) => {
      await using truth = await startTruthServer({ stallAt: '500ms', stallFor: '1s' });
      const report = await run(
        planFor(truth.port, { timeoutMs, steps: [constantStep(500, 2000)], maxConnections: 1000, workers }),
      );
      expect(report.total.completed).toBe(1000);
      const slowerThanMs = (ms: number) => countFrom(report.response, ms * 1000);
      // An arrival that came t into the stall waits 1 s - t: counts on a straight line, where a generator that waits for its
      // answers would have one slow sample for each connection. Lower bounds hold however noisy the machine is.
      expect(slowerThanMs(50)).toBeGreaterThanOrEqual(450);
      expect(slowerThanMs(250)).toBeGreaterThanOrEqual(350);
      expect(slowerThanMs(500)).toBeGreaterThanOrEqual(225);
      expect(slowerThanMs(750)).toBeGreaterThanOrEqual(100);
      expect(slowerThanMs(900)).toBeGreaterThanOrEqual(25);
      expect(report.response.maxValue).toBeGreaterThanOrEqual(990_000);
      // 500 waits of half a second in the mean, over 1,000 arrivals.
      expect(report.response.mean).toBeGreaterThan(225_000);
      expect((await truth.arrivals()).us.length).toBe(1000);
    },
  );

  it.each(workerCounts)(
    'shows the same stall through a pool too small for it: the wait for a connection is response time, %i workers',
    async (workers) => {
      await using truth = await startTruthServer({ stallAt: '500ms', stallFor: '1s' });
      const report = await run(
        planFor(truth.port, { timeoutMs, steps: [constantStep(500, 2000)], maxConnections: 20, workers }),
      );
      expect(report.total.completed).toBe(1000);
      expect(countFrom(report.response, 50_000)).toBeGreaterThanOrEqual(450);
      // Only the twenty that were out saw it as service time, and this is what coordinated omission leaves over: 500 waits of half a second, over 1,000 arrivals, are missing.
      expect(report.response.mean - report.service.mean).toBeGreaterThan(150_000);
    },
  );
});
