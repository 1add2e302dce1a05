/** One observation from what was asked to its result on disk: the run directory of `rampart run`, without load. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createRunDirectory, writeManifest, writeOutcome } from '../archive/run-directory.ts';
import { startClock } from '../host/clock.ts';
import { writeText } from '../host/files.ts';
import { machineFacts } from '../host/machine.ts';
import { shownUrl } from '../host/page-url.ts';
import type { RunContext, Sampler } from '../model/contracts.ts';
import type { GoProgram } from '../model/go-program.ts';
import type { Caller } from '../model/host.ts';
import { type ObservedScenario, type RunManifest, runFiles } from '../model/raw-run.ts';
import type { RunningTopology } from '../model/topology.ts';
import { openSinks, samplers } from '../registry.ts';
import { type ChosenSampler, type ReadySession, runSession, type SessionParts } from '../session/run-session.ts';
import { readGoPrograms } from '../topology/go-programs.ts';
import { attachObserved, findObserved, type Observed } from '../topology/observe/attach.ts';
import type { ObserveRequest } from '../topology/observe/observed-target.ts';
import { finishRun } from './analyse-directory.ts';
import { diskRefused, type FinishedRun, newRunId, type RunChoices, withPrograms } from './run.ts';

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
  choices: RunChoices,
  caller: Caller,
): Promise<FinishedRun> {
  const observed = await findObserved(request, caller.env);
  caller.signal.throwIfAborted();
  const scenario = recordedScenario(observed);
  const id = newRunId(scenario.name, caller.time);
  const directory = choices.out ?? join(caller.cwd, 'runs', id);
  await createRunDirectory(directory);
  await writeText(join(directory, runFiles.scenario), scenarioText(scenario));
  const { signal, log, env } = caller;
  const context: RunContext = { runId: id, clock: startClock(), signal, log, env };
  const chosen = samplers.flatMap((sampler): ChosenSampler[] =>
    optionsOf(sampler, observed, sampling).map((options) => ({ sampler, options })),
  );
  const onReady = async ({ topology, clock, startUs, abort }: ReadySession) => {
    for (const warning of topology.warnings) log.warn(warning);
    for (const target of topology.targets) log.info(`${target.id}: ${placesOf(target)}`);
    const programs = await readGoPrograms(topology.targets, env);
    const manifest = manifestOf(id, caller.version, scenario, topology, chosen, programs);
    await writeManifest(directory, { ...manifest, startedAt: new Date(clock.originWallMs).toISOString(), startUs });
    return await openSinks({
      runId: id,
      directory,
      progress: { write: caller.tell, redraw: caller.redraw, columns: caller.columns, startUs, of: { forMs } },
      metricsPort: choices.metricsPort,
      onDiskError: (error) => abort(diskRefused(directory, error)),
      onMetricsUrl: (url) => log.info(`live metrics: ${url}`),
    });
  };
  const up: SessionParts['up'] = (_goDebug, on) => attachObserved(request, observed, on);
  const outcome = await runSession({ up, samplers: chosen, forMs, onReady }, context);
  await writeOutcome(directory, outcome);
  return { result: await finishRun(directory), directory };
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

function placesOf({ pid, containerId, pprofUrl, metricsUrl }: RunningTopology['targets'][number]): string {
  const places = [
    pid === undefined ? undefined : `process ${pid}`,
    containerId === undefined ? undefined : `container ${containerId.slice(0, 12)}`,
    pprofUrl && shownUrl(pprofUrl),
    metricsUrl && shownUrl(metricsUrl),
  ].filter((place) => place !== undefined);
  return places.length === 0 ? 'its log only' : places.join(', ');
}

/** Named after its services, at most three of them. */
function recordedScenario({ found, targets }: Observed): ObservedScenario {
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
    observe: {},
    slo: [],
  };
}

function scenarioText({ name, topology }: ObservedScenario): string {
  return `# What rampart observe looked at, without load.\n${stringify({ name, topology })}`;
}

function manifestOf(
  id: string,
  toolVersion: string,
  scenario: ObservedScenario,
  { engine, facts, targets, warnings }: RunningTopology,
  chosen: readonly ChosenSampler[],
  programs: ReadonlyMap<string, GoProgram>,
): Omit<RunManifest, 'startedAt' | 'startUs'> {
  return {
    id,
    toolVersion,
    scenario,
    environment: {
      engine,
      ...machineFacts(),
      facts,
      targets: withPrograms(targets, programs),
    },
    warnings,
    observers: chosen.map(({ sampler: { kind, cost } }) => ({ kind, cost })),
  };
}
