/** The open engine's numbers held against a server that knows what it did. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import type { LoadEngine } from '../../../src/model/contracts.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import type { LoadStep } from '../../../src/model/scenario.ts';
import { testRun } from '../../helpers/run-context.ts';
import { builtEngines } from '../built-engines.ts';
import { constantStep, countFrom, imbalance, type LoadReport, planFor, reportOf } from '../load-run.ts';
import { startTruthServer, type TruthServer } from '../truth-server.ts';

const workerCounts = [1, 2];

let engine: LoadEngine;
let truth: TruthServer;

beforeAll(async () => {
  engine = (await builtEngines()).open;
  truth = await startTruthServer();
}, 120_000);

afterAll(async () => {
  await truth[Symbol.asyncDispose]();
});

async function run(plan: LoadPlan): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, testRun().context)) messages.push(message);
  const report = reportOf(messages, plan.steps.length);
  expect(imbalance(report.total)).toBe(0);
  return report;
}

function dueTimesUs(plan: LoadPlan): number[] {
  const times: number[] = [];
  const cursor = arrivalCursor({ steps: plan.steps, arrivals: plan.arrivals, seed: plan.seed, startUs: 0 });
  for (; cursor.dueUs !== Number.POSITIVE_INFINITY; cursor.advance()) times.push(cursor.dueUs);
  return times;
}

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

const kinds = (['uniform', 'poisson'] as const).flatMap((arrivals) =>
  [...workerCounts.map((workers) => ({ workers, http: 1 as const })), { workers: 1, http: 2 as const }].map((how) => ({
    arrivals,
    ...how,
  })),
);

it.each(kinds)(
  '$arrivals arrivals of $workers workers over HTTP/$http reached the server when they were due',
  async ({ arrivals, workers, http }) => {
    await truth.plan({});
    const plan = planFor(truth.port, { steps: shapes, arrivals, workers, http, seed: 11 });
    const report = await run(plan);
    const due = dueTimesUs(plan);
    const seen = (await truth.arrivals()).slice().sort((a, b) => a - b);
    expect(report.total.completed).toBe(due.length);
    expect(seen.length).toBe(due.length);
    // The n-th seen against the n-th due, both from the first one; what delays the first moves all, so the middle is zero.
    const offBy = due.map((dueUs, index) => (seen[index] ?? 0) - (dueUs - (due[0] ?? 0)));
    const middle = offBy.slice().sort((a, b) => a - b)[offBy.length >> 1] ?? 0;
    const distances = offBy.map((us) => Math.abs(us - middle)).sort((a, b) => a - b);
    // One burst a second, or each step's mean rate instead of its shape, would be hundreds of milliseconds off.
    expect(distances[distances.length >> 1]).toBeLessThan(20_000);
    expect(distances.at(-1)).toBeLessThan(150_000 + report.lag.maxValue);
  },
);

it.each([1, 2] as const)('reports the two delays of the server in exactly their shares, HTTP/%i', async (http) => {
  await truth.plan({ delay: '10ms', slow: '250ms', slowEvery: '10' });
  const report = await run(planFor(truth.port, { steps: [constantStep(500, 2000)], maxConnections: 500, http }));
  expect(report.total.completed).toBe(1000);
  for (const latency of [report.response, report.service]) {
    expect(latency.minNonZeroValue).toBeGreaterThanOrEqual(9_990);
    // The slow tenth exactly; a machine that stands still for a moment may make a few of the others as slow.
    const slow = countFrom(latency, 249_750);
    expect(slow).toBeGreaterThanOrEqual(100);
    expect(slow).toBeLessThan(150);
    expect(latency.getValueAtPercentile(50)).toBeLessThan(125_000);
    expect(latency.getValueAtPercentile(95)).toBeGreaterThanOrEqual(249_750);
  }
});

it.each(workerCounts)(
  'shows a stall of one second to all the thousand arrivals that fell due in it, %i workers',
  async (workers) => {
    await truth.plan({ stallAt: '1s', stallFor: '1s' });
    const report = await run(planFor(truth.port, { steps: [constantStep(1000, 3000)], maxConnections: 2000, workers }));
    expect(report.total.completed).toBe(3000);
    const slowerThanMs = (ms: number) => countFrom(report.response, ms * 1000);
    // An arrival that came t into the stall waits 1 s - t: counts on a straight line, where a generator that waits for its
    // answers would have one slow sample for each connection. Lower bounds hold however noisy the machine is.
    expect(slowerThanMs(50)).toBeGreaterThanOrEqual(900);
    expect(slowerThanMs(250)).toBeGreaterThanOrEqual(700);
    expect(slowerThanMs(500)).toBeGreaterThanOrEqual(450);
    expect(slowerThanMs(750)).toBeGreaterThanOrEqual(200);
    expect(slowerThanMs(900)).toBeGreaterThanOrEqual(50);
    expect(slowerThanMs(750)).toBeLessThan(slowerThanMs(250));
    expect(report.response.maxValue).toBeGreaterThanOrEqual(990_000);
    // 1,000 waits of half a second in the mean, over 3,000 arrivals.
    expect(report.response.mean).toBeGreaterThan(150_000);
    expect((await truth.arrivals()).length).toBe(3000);
  },
);

it.each(workerCounts)(
  'shows the same stall through a pool too small for it: the wait for a connection is response time, %i workers',
  async (workers) => {
    await truth.plan({ stallAt: '500ms', stallFor: '1s' });
    const report = await run(planFor(truth.port, { steps: [constantStep(500, 2000)], maxConnections: 20, workers }));
    expect(report.total.completed).toBe(1000);
    expect(countFrom(report.response, 50_000)).toBeGreaterThanOrEqual(450);
    // Only the twenty that were out saw it as service time: this is what coordinated omission leaves over.
    expect(countFrom(report.service, 50_000)).toBeLessThan(250);
  },
);
