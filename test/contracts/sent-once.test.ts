// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
/** What a server has read, by its own count, held against what every engine says that it sent. */
import { afterAll, expect, it } from 'vitest';
import type { LoadEngine } from '../../src/model/contracts.ts';
import type { LoadMessage, LoadPlan } from '../../src/model/load.ts';
import type { OutcomeCounts } from '../../src/model/outcome-counts.ts';
import type { FlowSpec } from '../../src/model/scenario.ts';
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
    'redirect',
    'circle',
    'goAway',
  ];
  expect(all.filter((fate) => seen[fate] === undefined)).toEqual([]);
});

/**
 * Mixes of fates; more are tried with RAMPART_SEEDS. Each is a start of workers, which takes longer than some hundred requests do: so there
 * are few of them, each with many.
 */
const seeds = Array.from({ length: Number(process.env.RAMPART_SEEDS ?? 4) }, (_, index) => index + 1);
/** So many runs at a time: what they wait for is mostly time. */
const atOnce = 8;
const connections = 4;
/** A generator that was as late as this at least once was on a busy machine. */
const busyUs = 50_000;

const requests = [
  { ...plainRequest, name: 'get', weight: 2 },
  { ...plainRequest, name: 'post', method: 'POST', path: '/orders', body: '{"id":1}' },
];

/** What arrivals do that send several requests, among them such as are led elsewhere, and led in a circle. */
const flows: readonly FlowSpec[] = [
  {
    ...{ name: 'visit', weight: 2, cookies: true },
    requests: [
      { ...plainRequest, name: 'get', redirects: 2, extract: { n: { from: 'header', name: 'Content-Length' } } },
      {
        ...{
          ...plainRequest,
          name: 'post',
          method: 'POST',
          path: '/orders',
          body: 'n=${n}',
          redirects: 2,
          extract: {},
        },
        think: { fromMs: 5, toMs: 60 },
      },
      { ...plainRequest, name: 'again', path: '/again/${n}', extract: {} },
    ],
  },
  { name: 'led', weight: 1, cookies: false, requests: [{ ...plainRequest, name: 'round', redirects: 5, extract: {} }] },
];

async function collect(engine: LoadEngine, plan: LoadPlan): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, testRun().context)) messages.push(message);
  return reportOf(messages, plan.steps.length);
}

/**
 * Read beyond what was planned, never sent and sent again; and arrivals without their one outcome. On each connection that the server
 * never accepted, for it was restarted first, a request may have been sent that nobody can have read, and over HTTP/2 as many as had no
 * answer; and what it ignored after a GOAWAY is not known to be unread when it had timed out before the GOAWAY was heard. Neither happens
 * on a machine that is not busy. On one that is, a connection may also be accepted that its client had given up, and stands then for one
 * that was not; over HTTP/2 it carries all that has no answer.
 */
function differences(
  server: FaultyServer,
  { total, reached, windows, ticks, lag }: LoadReport,
  { http, most }: { readonly http: 1 | 2; readonly most: number },
): Record<string, number> {
  const negative = windows.filter(({ resent = 0, unsent = 0 }) => resent < 0 || unsent < 0).length;
  const connections = Math.max(0, ticks.reduce((sum, { opened }) => sum + opened, 0) - server.accepted);
  const neverAccepted = http === 2 && connections > 0 ? total.failed + total.timedOut : connections;
  const unheard = Math.min(server.ignored, total.timedOut);
  const inOneRestart = http === 2 ? total.failed + total.timedOut : most;
  const confused = lag.maxValue > busyUs ? (server.fates['restart'] ?? 0) * inOneRestart : 0;
  const unread = Math.max(0, reached - server.read - neverAccepted - unheard - confused);
  return { readBeyond: Math.max(0, server.read - reached), unread, outcomes: imbalance(total), negative };
}

/** The rows by flow and by request of a load that ended: each has its own balance, and flows and lone requests are all arrivals. */
function flowsAddUp({ windows, total }: LoadReport): void {
  const rows = windows.flatMap((window) => [...(window.requests ?? []), ...(window.flows ?? [])]);
  const names = new Set(rows.map(({ name }) => name));
  const planned = new Map<string, number>();
  for (const name of names) {
    const own = rows.filter((row) => row.name === name);
    const sum = (key: keyof OutcomeCounts) => own.reduce((all, row) => all + row[key], 0);
    planned.set(name, sum('planned'));
    const ended = sum('completed') + sum('failed') + sum('timedOut') + sum('dropped') + sum('unfinished');
    expect([name, ended]).toEqual([name, sum('planned')]);
  }
  const lone = [...requests, ...flows].reduce((sum, { name }) => sum + (planned.get(name) ?? 0), 0);
  expect(lone).toBe(total.planned);
}

it.each([
  { title: 'an open load', kind: 'open', workers: 1, http: 1 },
  { title: 'an open load of two workers', kind: 'open', workers: 2, http: 1 },
  { title: 'an open load over HTTP/2', kind: 'open', workers: 1, http: 2 },
  { title: 'a closed load', kind: 'closed', workers: 1, http: 1 },
  { title: 'an open load of flows', kind: 'open', workers: 1, http: 1, flows },
  { title: 'an open load of flows from two workers', kind: 'open', workers: 2, http: 1, flows },
  { title: 'an open load of flows over HTTP/2', kind: 'open', workers: 1, http: 2, flows },
] as const)('$title sends what it says, whatever befalls its requests', async ({ kind, workers, http, ...sent }) => {
  const found: unknown[] = [];
  const one = async (seed: number) => {
    // Over HTTP/2 one connection carries all.
    const most = http === 2 ? 1 : connections;
    await using server = await startFaulty(http === 2 ? http2 : http1, seed, most);
    const steps = [constantStep(200, 1000), constantStep(300, 600)];
    const limits = { workers, http, maxConnections: most, timeoutMs: 250 };
    const plan = planFor(server.port, { steps, requests, seed, ...limits, ...sent });
    const report = await collect(engines[kind], plan);
    await server.quiet();
    for (const [fate, count] of Object.entries(server.fates)) seen[fate] = (seen[fate] ?? 0) + count;
    expect(report.total.planned).toBeGreaterThan(0);
    if ('flows' in sent) flowsAddUp(report);
    found.push({
      seed,
      ...differences(server, report, { http, most }),
      errors: report.errors,
      planned: report.total.planned,
    });
  };
  for (let from = 0; from < seeds.length; from += atOnce) await Promise.all(seeds.slice(from, from + atOnce).map(one));
  const wrong = found.filter((each) =>
    ['readBeyond', 'unread', 'outcomes', 'negative'].some((key) => Reflect.get(each as object, key) !== 0),
  );
  expect(wrong).toEqual([]);
  expect(found.length).toBe(seeds.length);
});
