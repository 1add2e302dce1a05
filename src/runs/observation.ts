/** One observation from what was asked to its result on disk: a run without load. */
import { stringify } from 'yaml';
import { shownUrl } from '../host/page-url.ts';
import type { Sampler } from '../model/contracts.ts';
import type { Caller } from '../model/host.ts';
import type { ObservedScenario } from '../model/raw-run.ts';
import { fewestSecretCharacters } from '../model/secret-forms.ts';
import type { Secret } from '../model/secrets.ts';
import type { Tags } from '../model/tags.ts';
import type { Target } from '../model/topology.ts';
import { samplers } from '../registry.ts';
import { userInfoSecrets } from '../scenario/secret-literals.ts';
import { attachObserved, findObserved, type Observed } from '../topology/observe/attach.ts';
import type { ObserveRequest } from '../topology/observe/observed-target.ts';
import { carryOut, type FinishedRun, type RunPlace, withRun } from './live-run.ts';

/** What to look at, how, and for how long. */
export interface ObservationRequest {
  readonly request: ObserveRequest;
  /** Options of samplers that were named, by kind; undefined for one that is switched off. */
  readonly sampling: ReadonlyMap<string, unknown>;
  readonly forMs: number | undefined;
  readonly tags?: Tags | undefined;
}

/** Finds the targets, looks at them and writes the run directory; rejects when a target is not as asked. */
export async function executeObservation(
  { request, sampling, forMs, tags = {} }: ObservationRequest,
  place: RunPlace,
  caller: Caller,
): Promise<FinishedRun> {
  const observed = await findObserved(request, caller.env);
  try {
    return await look(observed, { request, sampling, forMs, tags }, place, caller);
  } finally {
    await observed.close();
  }
}

async function look(
  observed: Observed,
  { request, sampling, forMs, tags = {} }: ObservationRequest,
  place: RunPlace,
  caller: Caller,
): Promise<FinishedRun> {
  caller.signal.throwIfAborted();
  caller.secrets.learn(addressSecrets(observed));
  const scenario = recordedScenario(observed, samplersOn(observed, sampling), tags);
  const progress = { forMs };
  const asked = { name: scenario.name, text: scenarioText(scenario), progress };
  return await withRun(asked, place, caller, async (run) =>
    carryOut(run, {
      recorded: () => scenario,
      engine: scenario.topology.engine,
      progress,
      forMs,
      up: async (_goDebug, context) => {
        const topology = await attachObserved(request, observed, context);
        for (const target of topology.targets) caller.log.info(`${target.id}: ${placesOf(target)}`);
        return topology;
      },
    }),
  );
}

/** Passwords in addresses, which services may print and messages may quote. */
function addressSecrets({ targets }: Observed): Secret[] {
  return targets.flatMap(({ id, pprofUrl = '', metricsUrl = '' }) =>
    [pprofUrl, metricsUrl]
      .flatMap(userInfoSecrets)
      .map((value) => ({ value, label: id, isWritten: true, isSought: value.length >= fewestSecretCharacters })),
  );
}

/** The samplers that are on, by kind, with their options. */
function samplersOn(observed: Observed, sampling: ObservationRequest['sampling']): ObservedScenario['observe'] {
  return Object.fromEntries(
    samplers.flatMap((sampler) => optionsOf(sampler, observed, sampling).map((options) => [sampler.kind, options])),
  );
}

/** What was asked for, else the usual options where there is something to look at; empty for a sampler that is off. */
function optionsOf(
  { kind, observing }: Sampler,
  { observables }: Observed,
  sampling: ObservationRequest['sampling'],
): unknown[] {
  if (!sampling.has(kind)) return observing && observables.some(observing.sees) ? [observing.options] : [];
  const asked = sampling.get(kind);
  if (asked === undefined) return [];
  return [
    typeof asked === 'object' && typeof observing?.options === 'object' ? { ...observing.options, ...asked } : asked,
  ];
}

function placesOf({ pid, containerId, pod, pprofUrl, metricsUrl }: Target): string {
  const places = [
    pod && `pod ${pod.name} on node ${pod.node}`,
    pid === undefined ? undefined : `process ${pid}`,
    containerId === undefined ? undefined : `container ${containerId.slice(0, 12)}`,
    pprofUrl && shownUrl(pprofUrl),
    metricsUrl && shownUrl(metricsUrl),
  ].filter((place) => place !== undefined);
  return places.length === 0 ? 'its log only' : places.join(', ');
}

/** Named after its services, at most three of them. */
function recordedScenario(
  { found, targets }: Observed,
  observe: ObservedScenario['observe'],
  tags: Tags,
): ObservedScenario {
  const services = [...new Set(targets.map(({ service }) => service))];
  return {
    name: `observe-${services.slice(0, 3).join('-')}`,
    description: '',
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    topology: {
      engine: 'observe',
      targets: targets.map(({ id, pid, containerId, pod, pprofUrl, metricsUrl }, index) => {
        const { log } = found[index] ?? {};
        return {
          name: id,
          ...(pid === undefined ? {} : { pid }),
          ...(containerId === undefined ? {} : { container: containerId }),
          ...(pod === undefined ? {} : { pod: `${pod.namespace}/${pod.name}` }),
          ...(pprofUrl === undefined ? {} : { pprof: shownUrl(pprofUrl) }),
          ...(metricsUrl === undefined ? {} : { metrics: shownUrl(metricsUrl) }),
          ...(log === undefined ? {} : { logs: log }),
        };
      }),
    },
    observe,
    slo: [],
  };
}

function scenarioText({ name, tags, topology }: ObservedScenario): string {
  return `# What rampart observe looked at, without load.\n${stringify({ name, ...(tags ? { tags } : {}), topology })}`;
}
