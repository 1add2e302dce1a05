/** What a server has read, by its own count, held against what every engine says that it sent. */
import { afterAll, expect, it } from 'vitest';
import type { LoadEngine } from '../../src/model/contracts.ts';
import type { LoadMessage, LoadPlan } from '../../src/model/load.ts';
import { testRun } from '../helpers/run-context.ts';
import { builtEngine } from '../load/built-engines.ts';
import { type FaultyServer, http1, http2, startFaulty } from '../load/faulty-server.ts';
import { constantStep, imbalance, type LoadReport, plainRequest, planFor, reportOf } from '../load/load-run.ts';

const engines = { open: await builtEngine('open'), closed: await builtEngine('closed') };
const seen: Record<string, number> = {};

afterAll(() => {
  // What never happened was not tried.
  const all = [
    'answer',
    'silence',
    'end',
    'reset',
    'halfHead',
    'halfBody',
    'answerAndEnd',
    'restart',
    'refused',
    'goAway',
  ];
  expect(all.filter((fate) => seen[fate] === undefined)).toEqual([]);
});

/** Mixes of fates; more are tried with RAMPART_SEEDS. */
const seeds = Array.from({ length: Number(process.env.RAMPART_SEEDS ?? 8) }, (_, index) => index + 1);
/** So many runs at a time: what they wait for is mostly time. */
const atOnce = 8;
const connections = 4;

const requests = [
  { ...plainRequest, name: 'get', weight: 2 },
  { ...plainRequest, name: 'post', method: 'POST', path: '/orders', body: '{"id":1}' },
];

async function collect(engine: LoadEngine, plan: LoadPlan): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, testRun().context)) messages.push(message);
  return reportOf(messages, plan.steps.length);
}

/**
 * Read beyond what was planned, never sent and sent again; and arrivals without their one outcome. On each connection that the server
 * never accepted, for it was restarted first, a request may have been sent that nobody can have read; and what it ignored after a GOAWAY
 * is not known to be unread when it had timed out before the GOAWAY was heard. Neither happens on a machine that is not busy.
 */
function differences(server: FaultyServer, { total, reached, windows, ticks }: LoadReport): Record<string, number> {
  const negative = windows.filter(({ resent = 0, unsent = 0 }) => resent < 0 || unsent < 0).length;
  const neverAccepted = Math.max(0, ticks.reduce((sum, { opened }) => sum + opened, 0) - server.accepted);
  const unheard = Math.min(server.ignored, total.timedOut);
  const unread = Math.max(0, reached - server.read - neverAccepted - unheard);
  return { readBeyond: Math.max(0, server.read - reached), unread, outcomes: imbalance(total), negative };
}

it.each([
  { title: 'an open load', kind: 'open', workers: 1, http: 1 },
  { title: 'an open load of two workers', kind: 'open', workers: 2, http: 1 },
  { title: 'an open load over HTTP/2', kind: 'open', workers: 1, http: 2 },
  { title: 'a closed load', kind: 'closed', workers: 1, http: 1 },
] as const)(
  '$title sends what it says, whatever befalls its requests',
  { timeout: 120_000 },
  async ({ kind, workers, http }) => {
    const found: unknown[] = [];
    const one = async (seed: number) => {
      // Over HTTP/2 one connection carries all.
      const most = http === 2 ? 1 : connections;
      await using server = await startFaulty(http === 2 ? http2 : http1, seed, most);
      const steps = [constantStep(200, 500), constantStep(300, 300)];
      const plan = planFor(server.port, { steps, requests, seed, workers, http, maxConnections: most, timeoutMs: 250 });
      const report = await collect(engines[kind], plan);
      await server.quiet();
      for (const [fate, count] of Object.entries(server.fates)) seen[fate] = (seen[fate] ?? 0) + count;
      expect(report.total.planned).toBeGreaterThan(0);
      found.push({ seed, ...differences(server, report), errors: report.errors, planned: report.total.planned });
    };
    for (let from = 0; from < seeds.length; from += atOnce)
      await Promise.all(seeds.slice(from, from + atOnce).map(one));
    const wrong = found.filter((each) =>
      ['readBeyond', 'unread', 'outcomes', 'negative'].some((key) => Reflect.get(each as object, key) !== 0),
    );
    expect(wrong).toEqual([]);
    expect(found.length).toBe(seeds.length);
  },
);
