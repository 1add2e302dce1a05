/** Runs one case with our built engine, in its worker as in a real run, and prints what it says of itself. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Histogram } from 'hdr-histogram-js';
import { ownErrorOf } from '../../../src/analysis/run/own-error.ts';
import { startClock } from '../../../src/host/clock.ts';
import type { LoadEngine } from '../../../src/model/contracts.ts';
import { mergeHistograms, summarise } from '../../../src/model/histogram.ts';
import type { LoadTick, LoadWindow } from '../../../src/model/load.ts';
import { createSecrets } from '../../../src/model/secrets.ts';
import { loadSchema, sentTo } from '../../../src/scenario/load-schema.ts';
import { type Case, warmUpS } from './cases.ts';
import type { OwnReport } from './generators.ts';
import type { Percentiles } from './statistics.ts';

const { task, url } = JSON.parse(process.argv[2] ?? '') as { task: Case; url: string };
const everything = { name: '', index: 1, kind: 'measure', startUs: 0, endUs: Number.POSITIVE_INFINITY } as const;

process.stdout.write(JSON.stringify(reportOf(await run(task, new URL(url)), task)));

/** What the engine said of the measured step. */
interface Told {
  readonly windows: readonly LoadWindow[];
  readonly ticks: readonly LoadTick[];
}

/** The messages of the measured step; throws when an arrival has no answer or none was planned. */
async function run({ pacing, rps, seconds, maxConnections }: Case, { hostname, port }: URL): Promise<Told> {
  const engine = await builtEngine(pacing);
  const rate = pacing === 'open' ? { rate: `${rps}/s` } : {};
  const parsed = loadSchema([engine]).parse({
    mode: pacing,
    maxConnections,
    steps: [
      { name: 'warm-up', ...rate, for: `${warmUpS}s`, measure: false },
      { name: 'measure', ...rate, for: `${seconds}s` },
    ],
  });
  const load = sentTo('/', parsed);
  const clock = startClock();
  const plan = {
    ...load,
    host: hostname,
    port: Number(port),
    seed: 1,
    originHrUs: clock.originHrUs,
    startUs: engine.leadMs * 1000,
  };
  const log = { info: () => {}, warn: console.error };
  const context = {
    runId: 'bench-load',
    clock,
    signal: new AbortController().signal,
    secrets: createSecrets(),
    log,
    env: {},
  };
  const found: LoadWindow[] = [];
  const ticks: LoadTick[] = [];
  for await (const message of engine.run(plan, context)) {
    if (message.kind === 'window' && message.step === 1) found.push(message);
    if (message.kind === 'tick' && message.step === 1) ticks.push(message);
  }
  const unanswered = found.reduce((sum, { planned, completed }) => sum + planned - completed, 0);
  if (found.length === 0 || unanswered > 0) throw new Error(`${unanswered} arrivals have no good answer`);
  return { windows: found, ticks };
}

async function builtEngine(pacing: Case['pacing']): Promise<LoadEngine> {
  const load = (name: string) => import(pathToFileURL(join(process.cwd(), 'dist', 'load', `${name}.js`)).href);
  if (pacing === 'open') {
    return ((await load('open-engine')) as typeof import('../../../src/load/open-engine.ts')).openEngine;
  }
  return ((await load('closed-engine')) as typeof import('../../../src/load/closed-engine.ts')).closedEngine;
}

function reportOf({ windows, ticks }: Told, { pacing }: Case): OwnReport {
  const response = mergeHistograms(windows.map((window) => window.response));
  if (pacing === 'closed') return { response: percentilesOf(response) };
  const lag = mergeHistograms(windows.map((window) => window.lag));
  const { ownErrorUs } = ownErrorOf([everything], ticks, response, lag, 1);
  return {
    response: percentilesOf(response),
    lag: percentilesOf(lag),
    ...(ownErrorUs ? { boundP99Us: ownErrorUs.p99 } : {}),
  };
}

function percentilesOf(histogram: Histogram): Percentiles {
  const { p50, p99, p999 } = summarise(histogram);
  return { p50Us: p50, p99Us: p99, p999Us: p999 };
}
