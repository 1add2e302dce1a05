/** One run from a checked scenario to its result on disk. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createRunDirectory, writeManifest, writeOutcome } from '../archive/run-directory.ts';
import { startClock } from '../host/clock.ts';
import { writeText } from '../host/files.ts';
import { machineFacts, openFilesLimit } from '../host/machine.ts';
import { shownUrl } from '../host/page-url.ts';
import { mayRaisePriority } from '../host/priority.ts';
import type { Calibration } from '../model/calibration.ts';
import type { RunContext, Sink, TopologyEngine } from '../model/contracts.ts';
import { incompleteError, messageOf } from '../model/errors.ts';
import type { GoProgram } from '../model/go-program.ts';
import type { Caller } from '../model/host.ts';
import { type RunManifest, type RunOutcome, runFiles } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { isExternal, type LoadStep, type Scenario } from '../model/scenario.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { loadEngineOf, openSinks, samplers, topologyEngineOf } from '../registry.ts';
import type { LoadScript } from '../session/load-script.ts';
import {
  type ChosenSampler,
  describeFailure,
  type ReadySession,
  runSession,
  type SessionParts,
} from '../session/run-session.ts';
import { readGoPrograms } from '../topology/go-programs.ts';
import { finishRun } from './analyse-directory.ts';
import { knownCalibration } from './known-calibration.ts';
import { checkOpenFiles, checkPriority } from './preflight.ts';
import type { ReadScenario } from './read-scenario.ts';

/** What may be decided for one run beside its scenario. */
export interface RunChoices {
  readonly out: string | undefined;
  readonly metricsPort: number | undefined;
  /** What is sent instead of the scenario's steps. */
  readonly script?: LoadScript | undefined;
}

/** A run that ended in any way: its result, and where it is. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly directory: string;
}

/** One run being carried out. */
interface LiveRun {
  readonly id: string;
  readonly directory: string;
  readonly scenario: Scenario;
  readonly choices: RunChoices;
  readonly caller: Caller;
  readonly engine: TopologyEngine;
  readonly samplers: readonly ChosenSampler[];
  readonly calibration: Calibration | undefined;
  /** The scenario's, or those of the script so far. */
  readonly steps: LoadStep[];
  /** The manifest as it is now; undefined until the topology is up. */
  manifest: (() => RunManifest) | undefined;
}

/** Runs a scenario and writes its directory, also when the run fails; rejects only when the directory cannot be written. */
export async function executeRun(read: ReadScenario, choices: RunChoices, caller: Caller): Promise<FinishedRun> {
  const { scenario } = read;
  checkOpenFiles(scenario.load, openFilesLimit());
  checkPriority(scenario.load, mayRaisePriority);
  const id = newRunId(scenario.name, caller.time);
  const directory = choices.out ?? join(caller.cwd, 'runs', id);
  await createRunDirectory(directory);
  await writeText(join(directory, runFiles.scenario), read.text);
  const context: RunContext = {
    runId: id,
    clock: startClock(),
    signal: caller.signal,
    log: caller.log,
    env: caller.env,
  };
  const calibration = await knownCalibration(caller);
  const engine = await topologyEngineOf(scenario.topology, context);
  const chosen = samplers.flatMap((sampler) =>
    sampler.kind in scenario.observe ? [{ sampler, options: scenario.observe[sampler.kind] }] : [],
  );
  const run: LiveRun = {
    id,
    directory,
    scenario,
    choices,
    caller,
    engine,
    samplers: chosen,
    calibration,
    steps: choices.script ? [] : [...scenario.load.steps],
    manifest: undefined,
  };
  const outcome = await carryOut(run, context);
  try {
    await writeOutcome(directory, outcome);
    return { result: await finishRun(directory), directory };
  } catch (error) {
    throw outcome.failure?.code === 'disk-refused' ? diskRefused(directory, error) : error;
  }
}

async function carryOut(run: LiveRun, context: RunContext): Promise<RunOutcome> {
  const { scenario, directory } = run;
  try {
    const up: SessionParts['up'] = (goDebug, on) => run.engine.up(scenario.topology, goDebug, on);
    const load = { scenario, engine: loadEngineOf(scenario.load.mode), script: recorded(run) };
    const onReady = (ready: ReadySession) => makeReady(run, ready);
    return await runSession({ up, load, samplers: run.samplers, onReady }, context);
  } catch (error) {
    await writeManifest(
      directory,
      manifestOf(run, undefined, { originWallMs: context.clock.originWallMs, startUs: 0, programs: new Map() }),
    );
    return { status: 'failed', failure: describeFailure(error), endUs: context.clock.nowUs() };
  }
}

/** The script, which writes each lot of steps into the manifest before it is sent: the run can be analysed at any time. */
function recorded(run: LiveRun): LoadScript | undefined {
  const { script } = run.choices;
  if (!script) return undefined;
  return (send) =>
    script(async (steps, onMessage) => {
      run.steps.push(...steps);
      if (run.manifest) await writeManifest(run.directory, run.manifest());
      await send(steps, onMessage);
    });
}

/** Writes the manifest and opens the sinks, now that the topology is up. */
async function makeReady(run: LiveRun, { topology, clock, startUs, abort }: ReadySession): Promise<readonly Sink[]> {
  const { caller, scenario, directory, choices } = run;
  for (const warning of warningsOf(scenario, topology)) caller.log.warn(warning);
  const programs = await readGoPrograms(topology.targets, caller.env);
  run.manifest = () => manifestOf(run, topology, { originWallMs: clock.originWallMs, startUs, programs });
  await writeManifest(directory, run.manifest());
  return await openSinks({
    runId: run.id,
    directory,
    progress: {
      write: caller.tell,
      redraw: caller.redraw,
      columns: caller.columns,
      startUs,
      of: { steps: run.steps },
    },
    metricsPort: choices.metricsPort,
    onDiskError: (error) => abort(diskRefused(directory, error)),
    onMetricsUrl: (url) => caller.log.info(`live metrics: ${url}`),
  });
}

function manifestOf(
  run: LiveRun,
  topology: RunningTopology | undefined,
  ready: { originWallMs: number; startUs: number; programs: ReadonlyMap<string, GoProgram> },
): RunManifest {
  return {
    id: run.id,
    toolVersion: run.caller.version,
    startedAt: new Date(ready.originWallMs).toISOString(),
    scenario: { ...withoutPasswords(run.scenario), load: { ...run.scenario.load, steps: run.steps } },
    environment: {
      engine: topology?.engine ?? run.engine.kind,
      ...machineFacts(),
      facts: topology?.facts ?? {},
      targets: withPrograms(frontFirst(run.scenario, topology?.targets ?? []), ready.programs),
    },
    warnings: warningsOf(run.scenario, topology),
    ...(run.calibration ? { calibration: run.calibration } : {}),
    observers: run.samplers.map(({ sampler: { kind, cost } }) => ({ kind, cost })),
    startUs: ready.startUs,
  };
}

/** The scenario as results keep it: without what stands before the hosts of observed addresses. */
function withoutPasswords(scenario: Scenario): Scenario {
  const { topology } = scenario;
  if (!isExternal(topology)) return scenario;
  const shown = (url: string | undefined) => (url === undefined ? undefined : shownUrl(url));
  const targets = topology.targets.map((each) => ({ ...each, pprof: shown(each.pprof), metrics: shown(each.metrics) }));
  return { ...scenario, topology: { ...topology, targets } };
}

/** What the user is told about the run, and its result as well. */
export function warningsOf({ target, observe }: Scenario, topology: RunningTopology | undefined): string[] {
  const insecure =
    'target.tls.insecure: any certificate was taken, so nothing shows that the load went to the right target';
  const unseen =
    'observe: the topology names nothing to look at (topology.targets or project), so only the load and this host are seen';
  const isUnseen = topology !== undefined && topology.targets.length === 0 && Object.keys(observe).length > 0;
  return [...(topology?.warnings ?? []), ...(target.tls?.insecure ? [insecure] : []), ...(isUnseen ? [unseen] : [])];
}

/** The replicas that take the load first, so that reports open with them. */
function frontFirst({ target }: Scenario, targets: readonly Target[]): { id: string; service: string }[] {
  const isFront = ({ service }: Target) => 'service' in target && target.service === service;
  const sorted = [...targets.filter(isFront), ...targets.filter((each) => !isFront(each))];
  return sorted.map(({ id, service }) => ({ id, service }));
}

/** Targets as the manifest lists them. */
export function withPrograms(
  targets: readonly { readonly id: string; readonly service: string }[],
  programs: ReadonlyMap<string, GoProgram>,
): RunManifest['environment']['targets'] {
  return targets.map(({ id, service }) => {
    const go = programs.get(id);
    return go ? { id, service, go } : { id, service };
  });
}

/** The failure of a run whose directory can no longer be written. */
export function diskRefused(directory: string, error: unknown) {
  const hint = 'Free space, or name a directory on another disk with --out DIR.';
  return incompleteError(
    'disk-refused',
    `${directory}: the run directory cannot be written: ${messageOf(error)}`,
    hint,
    error,
  );
}

/** The id of a new run, which its directory is named after: `20260131-142501-ramp-3fa9`. */
export function newRunId(name: string, time: Caller['time']): string {
  return `${timeStamp(new Date(time.wallMs()))}-${name}-${randomBytes(2).toString('hex')}`;
}

/** Local time as `20260131-142501`, so that run directories sort by time. */
function timeStamp(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
