/** What a scenario comes to in the parts of a run that need no target: what is sent and when, what is started, what is judged. */

import { buildResult } from '../../src/analysis/build-result.ts';
import { costPerMillion } from '../../src/analysis/compare/cost.ts';
import type { Answer } from '../../src/load/answers/answer.ts';
import { openRequestSource } from '../../src/load/requests/source.ts';
import type { WireRequest } from '../../src/load/requests/wire-request.ts';
import { arrivalCursor } from '../../src/load/schedule/arrivals.ts';
import { openRecordedLoad } from '../../src/load/schedule/recorded-load.ts';
import { sharedOut, workersFor } from '../../src/load/workers/share-out.ts';
import type { LoadPlan } from '../../src/model/load.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import type { RunningTopology } from '../../src/model/topology.ts';
import type { TopologySettings } from '../../src/model/topology-spec.ts';
import { isExternal } from '../../src/model/topology-spec.ts';
import { loadEngineOf, samplers } from '../../src/registry.ts';
import { headerPart } from '../../src/report/html/run/header.ts';
import { checkPriority } from '../../src/runs/preflight.ts';
import type { ProfileOptions } from '../../src/samplers/profile-plan.ts';
import { planProfiles } from '../../src/samplers/profile-plan.ts';
import { resolveLoadAddress } from '../../src/session/load-address.ts';
import { changeProject, type ResolvedProject } from '../../src/topology/compose/project.ts';
import { healthySamples, rawRun, window } from './raw-run.ts';

/** Arrivals of the second measured step that have no outcome. */
const cutOff = window(2, 5_000_000, 0, 1, { planned: 40, unfinished: 40 });

const project: ResolvedProject = { services: { api: { image: 'api', build: { context: '/src' } } } };
const replica = (port: number) => ({
  id: 'api-1',
  service: 'api',
  ports: { [port]: `http://127.0.0.1:${port}` },
  ready: undefined,
});
const running = {
  engine: 'process',
  targets: [replica(80), { ...replica(81), service: 'web' }],
} as unknown as RunningTopology;

/** Everything of it, as values that can be compared. */
export async function effectsOf(scenario: Scenario): Promise<Readonly<Record<string, unknown>>> {
  const address = addressOf(scenario);
  const plan: LoadPlan = {
    ...address,
    ...scenario.load,
    seed: scenario.seed,
    originHrUs: 0,
    startUs: 0,
  };
  const recorded = await openRecordedLoad(plan);
  const next = await openRequestSource(plan, () => 0, recorded?.requests);
  const { topology, observe, load } = scenario;
  const result = buildResult(rawRun([...healthySamples(), cutOff], { scenario: withJudgement(scenario) }));
  return {
    address,
    sent: Array.from({ length: 60 }, next).map(sentOf),
    dues: duesOf(plan, recorded?.dueUs),
    shares: sharedOut(plan, workersFor(plan, 64)).map(({ share, maxConnections, maxQueue }) => [
      share,
      maxConnections,
      maxQueue,
    ]),
    engine: loadEngineOf(load.mode).kind,
    steps: load.steps,
    priority: refusalOf(() => checkPriority(load, () => false)),
    started: isExternal(topology) ? undefined : startedOf(topology),
    variants: Object.entries(scenario.variants ?? {}).map(([name, settings]) => [name, startedOf(settings)]),
    goDebug: samplers.flatMap(({ kind, goDebug }) => (kind in observe ? [...goDebug(observe[kind])] : [])),
    watched: Object.keys(observe),
    every: Object.values(observe),
    profiles: profilesOf(observe['profiles'] as ProfileOptions | undefined),
    judged: { ...result, scenario: undefined },
    page: JSON.stringify(headerPart(result)),
    cost: scenario.prices && [costOf(scenario.prices), scenario.prices.unit],
  };
}

/** A request, and what follows the same answers to it and to the requests after it. */
function sentOf({ bytes, visit, ...rest }: WireRequest): unknown {
  const sent: unknown[] = [{ text: bytes.toString('latin1'), ...rest }];
  for (let move = visit?.after(answers[0]!); move; move = visit?.after(answers[sent.length % answers.length]!)) {
    if (move.kind === 'over') return [...sent, move.failure, visit?.flow];
    const { bytes: after, visit: _same, ...others } = move.request;
    sent.push([after.toString('latin1'), others, move.kind === 'next' ? move.thinkMs : 0]);
  }
  return sent;
}

const fields = [
  ['location', '/moved'],
  ['set-cookie', 'c=1'],
  ['x-a', '/a'],
  ['x-b', '/b'],
] as const;
const body = Buffer.from('{"a":"/1","b":"/2"}');
const answers: readonly Answer[] = [302, 200, 200].map((status) => ({ status, fields, body, hasWantedBody: true }));

function addressOf({ target }: Scenario) {
  const port = 'port' in target ? target.port : 80;
  const targets = running.targets.map((each) => ({
    ...each,
    ports: { [port]: `http://127.0.0.1:${port}/${each.service}` },
  }));
  return { ...resolveLoadAddress(target, { ...running, targets }), service: 'service' in target ? target.service : '' };
}

function duesOf({ steps, arrivals, seed }: LoadPlan, recordedUs: Float64Array | undefined): unknown[] {
  const cursor = arrivalCursor({ steps, arrivals, seed, startUs: 0, recordedUs });
  const dues: unknown[] = [];
  for (; dues.length < 3000 && Number.isFinite(cursor.dueUs); cursor.advance()) dues.push([cursor.step, cursor.dueUs]);
  return dues;
}

function startedOf({ scale = {}, env = {}, images, limits }: TopologySettings) {
  return changeProject(project, { scale, env, images, limits, goDebug: [], labels: {}, builds: new Map() });
}

function profilesOf(options: ProfileOptions | undefined): unknown {
  const step = (name: string, startUs: number) => ({ name, measure: true, startUs, endUs: startUs + 20_000_000 });
  return options && planProfiles([step('low', 0), step('high', 20_000_000)], options);
}

/** The rules and limits of a scenario on a run of steps of its own. */
function withJudgement({ name, description, tags, seed, validity, slo }: Scenario): Partial<Scenario> {
  return { name, description, tags, seed, validity, slo };
}

function costOf(prices: NonNullable<Scenario['prices']>): number | undefined {
  const step = { counts: { completed: 100 }, cpuUsPerRequest: 100, memoryMib: 100, completedRps: 10 };
  return costPerMillion([step] as unknown as Parameters<typeof costPerMillion>[0], prices);
}

function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
