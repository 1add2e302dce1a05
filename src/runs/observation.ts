/** One observation from what was asked to its result on disk: a run without load. */
import { stringify } from 'yaml';
import { shownUrl } from '../host/page-url.ts';
import type { Sampler } from '../model/contracts.ts';
import type { Caller } from '../model/host.ts';
import type { ObservedScenario } from '../model/raw-run.ts';
import type { Target } from '../model/topology.ts';
import { samplers } from '../registry.ts';
import { attachObserved, findObserved, type Observed } from '../topology/observe/attach.ts';
import type { ObserveRequest } from '../topology/observe/observed-target.ts';
import { carryOut, type FinishedRun, type RunPlace, withRun } from './live-run.ts';

/** What to look at, how, and for how long. */
export interface ObservationRequest {
  readonly request: ObserveRequest;
  /** Options of samplers that were named, by kind; undefined for one that is switched off. */
  readonly sampling: ReadonlyMap<string, unknown>;
  readonly forMs: number | undefined;
}

/** Finds the targets, looks at them and writes the run directory; rejects when a target is not as asked. */
export async function executeObservation(
  { request, sampling, forMs }: ObservationRequest,
  place: RunPlace,
  caller: Caller,
): Promise<FinishedRun> {
  const observed = await findObserved(request, caller.env);
  caller.signal.throwIfAborted();
  const scenario = recordedScenario(observed, samplersOn(observed, sampling));
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

function placesOf({ pid, containerId, pprofUrl, metricsUrl }: Target): string {
  const places = [
    pid === undefined ? undefined : `process ${pid}`,
    containerId === undefined ? undefined : `container ${containerId.slice(0, 12)}`,
    pprofUrl && shownUrl(pprofUrl),
    metricsUrl && shownUrl(metricsUrl),
  ].filter((place) => place !== undefined);
  return places.length === 0 ? 'its log only' : places.join(', ');
}

/** Named after its services, at most three of them. */
function recordedScenario({ found, targets }: Observed, observe: ObservedScenario['observe']): ObservedScenario {
  const services = [...new Set(targets.map(({ service }) => service))];
  return {
    name: `observe-${services.slice(0, 3).join('-')}`,
    description: '',
    topology: {
      engine: 'observe',
      targets: targets.map(({ id, pid, containerId, pprofUrl, metricsUrl }, index) => {
        const { log } = found[index] ?? {};
        return {
          name: id,
          ...(pid === undefined ? {} : { pid }),
          ...(containerId === undefined ? {} : { container: containerId }),
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

function scenarioText({ name, topology }: ObservedScenario): string {
  return `# What rampart observe looked at, without load.\n${stringify({ name, topology })}`;
}
