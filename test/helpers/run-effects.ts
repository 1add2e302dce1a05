/** What a scenario comes to in the parts of a run that need no target: what is sent and when, what is started, what is judged. */

import { buildResult } from '../../src/analysis/build-result.ts';
import { costPerMillion } from '../../src/analysis/compare/cost.ts';
import { openRequestSource } from '../../src/load/requests/source.ts';
import { arrivalCursor } from '../../src/load/schedule/arrivals.ts';
import { sharedOut, workersFor } from '../../src/load/workers/share-out.ts';
import type { LoadPlan } from '../../src/model/load.ts';
import type { Scenario, TopologySettings } from '../../src/model/scenario.ts';
import { isExternal } from '../../src/model/scenario.ts';
import type { RunningTopology } from '../../src/model/topology.ts';
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
  const next = await openRequestSource(plan);
  const { topology, observe, load } = scenario;
  const result = buildResult(rawRun([...healthySamples(), cutOff], { scenario: withJudgement(scenario) }));
  return {
    address,
    sent: Array.from({ length: 60 }, next).map(({ bytes, ...rest }) => ({ text: bytes.toString('latin1'), ...rest })),
    dues: duesOf(plan),
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

function addressOf({ target }: Scenario) {
  const port = 'port' in target ? target.port : 80;
  const targets = running.targets.map((each) => ({
    ...each,
    ports: { [port]: `http://127.0.0.1:${port}/${each.service}` },
  }));
  return { ...resolveLoadAddress(target, { ...running, targets }), service: 'service' in target ? target.service : '' };
}

function duesOf({ steps, arrivals, seed }: LoadPlan): unknown[] {
  const cursor = arrivalCursor({ steps, arrivals, seed, startUs: 0 });
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
function withJudgement({ name, description, seed, validity, slo }: Scenario): Partial<Scenario> {
  return { name, description, seed, validity, slo };
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
