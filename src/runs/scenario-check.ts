/** What a checked scenario would do: its plan, its arrivals, and what would be started; reads files, and starts and asks nothing. */
import { shownUrl } from '../host/page-url.ts';
import { plannedCounts } from '../load/schedule/arrivals.ts';
import type { Caller } from '../model/host.ts';
import { isClosedLoop, type RequestSpec, type Scenario } from '../model/scenario.ts';
import type { CheckedScenario } from '../model/scenario-check.ts';
import { namedSteps } from '../model/slo-rule.ts';
import { isExternal, isManifested, type ManifestTopology } from '../model/topology-spec.ts';
import { topologyEngines } from '../registry.ts';
import { parseComposeFile } from '../topology/compose-file/compose-file.ts';
import { readComposeSource } from '../topology/compose-file/sources.ts';
import { translateTopology } from '../topology/from-compose/translate-topology.ts';
import { plannedObjects } from '../topology/kubernetes/manifest-objects.ts';
import { objectsIn } from '../topology/kubernetes/read-manifests.ts';
import { measuredContainer } from '../topology/kubernetes/workloads.ts';
import { checkLocal } from '../topology/process/plan.ts';
import { chosenSamplers } from './chosen-samplers.ts';
import { withoutPasswords } from './manifest.ts';
import { checkFaults } from './preflight.ts';
import type { ReadScenario } from './read-scenario.ts';
import { recordedPartText, recordedWarnings } from './recorded-part.ts';

/** What the scenario of this file would do; usageError where its engine cannot do what it asks. */
export async function checkedScenario(
  file: string,
  { scenario }: ReadScenario,
  caller: Pick<Caller, 'env' | 'secrets'>,
): Promise<CheckedScenario> {
  const engine = topologyEngines.find(({ kind }) => kind === scenario.topology.engine);
  // What auto comes to is known when a run starts.
  if (engine) checkFaults(scenario, engine);
  const { starts, warnings } = await startsOf(scenario, caller);
  return {
    file,
    isGood: true,
    name: scenario.name,
    scenario: caller.secrets.value({ ...withoutPasswords(scenario) }),
    plan: planOf(scenario),
    starts,
    load: loadOf(scenario),
    observes: Object.keys(scenario.observe),
    rules: scenario.slo.map((rule) =>
      [rule.text, namedSteps(rule).join(', ')].filter((part) => part !== '').join(' at '),
    ),
    faults: (scenario.faults ?? []).map(({ name }) => name),
    variants: Object.keys(scenario.variants ?? {}),
    warnings: [...warnings, ...recordedWarnings(scenario.load)],
  };
}

function planOf({ load }: Scenario): CheckedScenario['plan'] {
  const { steps, idleMs, arrivals } = load;
  const isClosed = isClosedLoop(load);
  const counts = isClosed ? [] : plannedCounts(steps);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const measured = counts.filter((_, index) => steps[index]?.measure === true);
  return {
    steps: steps.map(({ name, shape, durationMs, measure }, index) => ({
      name,
      shape: { ...shape },
      durationMs,
      measure,
      ...(isClosed ? {} : { arrivals: counts[index] ?? 0 }),
    })),
    idleMs,
    durationMs: idleMs + sum(steps.map(({ durationMs }) => durationMs)),
    ...(isClosed ? {} : { arrivals: sum(counts), measuredArrivals: sum(measured) }),
    isExact: !isClosed && arrivals !== 'poisson',
  };
}

async function startsOf({ topology, observe }: Scenario, { env }: Pick<Caller, 'env'>) {
  const { engine } = topology;
  if (isExternal(topology)) {
    const { project, targets } = topology;
    const attachesTo = [
      ...(project === undefined ? [] : [`the containers of compose project ${project}`]),
      ...targets.map(({ name, pprof, metrics, pid, logs }) => {
        const places = [pprof, metrics].flatMap((url) => (url === undefined ? [] : [shownUrl(url)]));
        const own = [
          ...places,
          ...(pid === undefined ? [] : [`process ${pid}`]),
          ...(logs === undefined ? [] : [logs]),
        ];
        return own.length === 0 ? name : `${name} (${own.join(', ')})`;
      }),
    ];
    return { starts: { engine, services: [], attachesTo }, warnings: [] };
  }
  const goDebug = chosenSamplers(observe).flatMap(({ sampler, options }) => [...sampler.goDebug(options)]);
  if (isManifested(topology)) {
    const { services, warnings } = manifestServices(topology, goDebug);
    return { starts: { engine, services, attachesTo: [] }, warnings };
  }
  if (engine === 'process') checkLocal(topology, { env });
  const translated =
    engine === 'kubernetes' ? await translateTopology(topology, goDebug, { env, runId: '' }) : undefined;
  const file = parseComposeFile(readComposeSource(topology), env, topology.profiles);
  const services = file.active.map(({ name, replicas, build, image }) => ({
    name,
    replicas: topology.scale[name] ?? replicas,
    from: topology.images?.[name] ?? (build ? 'built here' : (image ?? 'an image')),
  }));
  return {
    starts: { engine, services, attachesTo: [] },
    warnings: [...(translated?.translation.warnings ?? file.warnings)],
  };
}

/** Of files only: what kustomize and helm would make is known when they are run. */
function manifestServices(topology: ManifestTopology, goDebug: readonly string[]) {
  const { manifests } = topology;
  if (manifests.kind !== 'files') return { services: [], warnings: [] };
  const { workloads, warnings } = plannedObjects(topology, goDebug, objectsIn(manifests.files));
  const services = workloads
    .filter(({ isOneShot }) => !isOneShot)
    .map(({ service: name, object, replicas = 1 }) => {
      return { name, replicas, from: String(measuredContainer(object)?.['image']) };
    });
  return { services, warnings: [...warnings] };
}

function loadOf({ target, load }: Scenario): CheckedScenario['load'] {
  const recording = recordedPartText(load);
  return {
    mode: load.mode,
    target: targetText(target),
    requests: load.requests.map(requestText),
    ...(load.flows
      ? { flows: load.flows.map(({ name, requests }) => `${name} (${requests.map(requestText).join(', ')})`) }
      : {}),
    ...(recording === undefined ? {} : { recording }),
  };
}

function requestText({ name, method, path }: RequestSpec): string {
  return [name, method, path].filter((part) => part !== '').join(' ');
}

function targetText(target: Scenario['target']): string {
  if ('socket' in target) return `Unix socket ${target.socket}`;
  if ('url' in target) return shownUrl(target.url);
  return `${target.service}:${target.port}${target.spread === true ? ', all replicas in turn' : ''}`;
}
