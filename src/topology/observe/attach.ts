/** Finds everything that `rampart observe` was asked to look at and attaches to it; starts, stops and changes nothing. */
import { connectDocker } from '../../host/docker.ts';
import { type FollowedFile, followFile } from '../../host/tail-file.ts';
import type { Observable, RunContext } from '../../model/contracts.ts';
import { environmentError } from '../../model/errors.ts';
import type { RunningTopology, TargetNews } from '../../model/topology.ts';
import { containerTarget } from '../docker/containers.ts';
import { createLiveEvents } from '../liveness/live-events.ts';
import { findContainers, labelsOf } from './find-containers.ts';
import { findLocal, howToShow } from './find-local.ts';
import { type FoundPods, findPods, placeOf } from './find-pods.ts';
import { printsTraces } from './local-process.ts';
import { type Discovery, type LiveTarget, nameTargets, type ObserveRequest, type Sighting } from './observed-target.ts';
import { sameTargets } from './same-target.ts';
import { type ObservedEvents, watchObservedContainers } from './watch-containers.ts';
import { type WatchedPods, watchPods } from './watch-pods.ts';
import { watchProcess } from './watch-process.ts';

/** What was found, ready to be attached to. */
export interface Observed {
  readonly found: readonly Sighting[];
  readonly targets: readonly LiveTarget[];
  readonly warnings: readonly string[];
  /** What samplers may find there, by target. */
  readonly observables: readonly Observable[];
  /** Where pods were asked for: the way to them, open until `close`. */
  readonly pods?: FoundPods | undefined;
  close(): Promise<void>;
}

/** Looks for everything; environmentError with all that is not as asked. */
export async function findObserved(request: ObserveRequest, env: RunContext['env']): Promise<Observed> {
  const pods = request.pods && (await findPods(request.pods, env));
  const close = async () => await pods?.close();
  try {
    return { ...(await findAll(request, env, pods)), pods, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function findAll(request: ObserveRequest, env: RunContext['env'], pods: FoundPods | undefined) {
  const parts: Discovery[] = await Promise.all([findContainers(request, env), findLocal(request.targets)]);
  if (pods) parts.unshift(podsFound(pods));
  const mistakes = parts.flatMap((part) => part.mistakes);
  if (mistakes.length > 0) {
    throw environmentError(
      'not-observable',
      mistakes.join('\n'),
      'rampart observe --help shows every way to name a target.',
    );
  }
  const found = parts.flatMap((part) => part.found);
  const names = nameTargets(found.map(({ name }) => name));
  const targets = found.map((sighting, index) =>
    liveTarget(sighting, names[index] ?? { id: sighting.name, service: sighting.name }, pods),
  );
  const warnings = [...parts.flatMap((part) => part.warnings), ...sameTargets(targets)];
  return { found, targets, warnings, observables: found.map(observable) };
}

/** Pods as sightings; that none of them shows anything is a mistake, as of containers. */
function podsFound({ looked, choice, warnings }: FoundPods): Discovery {
  const found = looked.map(({ pod, pprofUrl, metricsUrl, hasVars }): Sighting => {
    return { name: pod.workload, pprofUrl, metricsUrl, hasVars, pod };
  });
  const shows = ({ pprofUrl, metricsUrl, pod }: Sighting) =>
    (pprofUrl ?? metricsUrl) !== undefined || printsTraces(pod?.containers[0].goDebug ?? '');
  if (found.some(shows)) return { found, mistakes: [], warnings };
  const asked = warnings.map((warning) => `  ${warning}`).join('\n');
  return {
    found,
    mistakes: [
      `none of ${found.length} pods in namespace ${choice.namespace} shows anything of a Go runtime:\n${asked}\n  ${howToShow} Say the port in an annotation of the pod: rampart.pprof.port: "6060".`,
    ],
    warnings: [],
  };
}

function liveTarget(
  { pprofUrl, metricsUrl, process, container, pod }: Sighting,
  name: { id: string; service: string },
  pods: FoundPods | undefined,
): LiveTarget {
  if (pod && pods) return { ...name, ports: {}, pprofUrl, metricsUrl, pod: placeOf(pod, pods.choice) };
  const base = container ? containerTarget(container, {}) : { ports: {}, pid: process?.pid };
  return { ...base, ...name, pprofUrl, metricsUrl };
}

function observable({ log, process, container, pod, pprofUrl, metricsUrl, hasVars }: Sighting): Observable {
  // Of a log alone nobody knows what is in it.
  const own = container?.goDebug ?? pod?.containers[0].goDebug;
  const goDebug = own ?? (log === undefined ? '' : (process?.goDebug ?? 'schedtrace=1,gctrace=1'));
  return { goDebug: printsTraces(goDebug) ? goDebug : '', pprofUrl, metricsUrl, hasVars };
}

/** Attaches to what was found; its `down` lets go. */
export async function attachObserved(
  request: ObserveRequest,
  { found, targets, warnings, pods }: Observed,
  context: RunContext,
): Promise<RunningTopology> {
  const events = createLiveEvents();
  const pairs = found.flatMap((sighting, index) => {
    const live = targets[index];
    return live ? [{ sighting, live }] : [];
  });
  const attached: { close(): unknown }[] = [];
  let watched: WatchedPods | undefined;
  const down = async () => {
    await Promise.all(attached.splice(0).map((one) => one.close()));
  };
  try {
    const containers = pairs.flatMap(({ sighting: { container }, live }) => (container ? [{ container, live }] : []));
    if (containers.length > 0) {
      const docker = connectDocker(context.env);
      attached.push(await watchObservedContainers(docker, labelsOf(request), containers, events, context));
    }
    const inPods = pairs.flatMap(({ sighting: { pod }, live }) => (pod ? [{ pod, live }] : []));
    watched = pods && watchPods({ ...pods, observed: inPods }, events, context);
    if (watched) attached.push(watched);
    for (const { sighting, live } of pairs) attached.push(...(await attachLocal(sighting, live, events, context)));
  } catch (error) {
    await down();
    throw error;
  }
  const { onLog, onChange } = events;
  const lastLook = async () => await watched?.lastLook();
  const lineClocks = () => watched?.lineClocks() ?? [];
  const facts = { ...pods?.facts, ...factsOf(found) };
  return { engine: 'observe', targets, warnings, facts, onLog, onChange, lastLook, lineClocks, down };
}

/** Follows the log and the process of one target, if it has them. */
async function attachLocal(
  { log, process }: Sighting,
  live: LiveTarget,
  events: ObservedEvents,
  { clock }: RunContext,
): Promise<{ close(): unknown }[]> {
  const tell = (event: TargetNews['event'], message: string) =>
    events.change({ event, atUs: clock.nowUs(), target: live.id, message });
  const onLine = (text: string) => {
    // A file cut off under a writer that does not append has a hole where its lines were.
    events.line({ atUs: clock.nowUs(), target: live.id, stream: 'stderr', text: text.replace(/^\0+/, '') });
  };
  const lines = log === undefined ? undefined : await followLog(log, onLine);
  const watch =
    process &&
    watchProcess(process, {
      onExit: (message) => tell('exit', message),
      onReturn: (next) => {
        live.pid = next.pid;
        tell('restart', `process ${next.pid} (${next.name}) listens in its place`);
        if (process.stderrFile === log) void lines?.follow(next.stderrFile);
      },
    });
  return [lines, watch].filter((one) => one !== undefined);
}

/** A log being followed that may become another file. */
async function followLog(path: string, onLine: (text: string) => void) {
  let now = path;
  let file: FollowedFile = await followFile(path, onLine);
  return {
    follow: async (next: string | undefined) => {
      if (next === undefined || next === now) return;
      const following = await followFile(next, onLine).catch(() => undefined);
      if (!following) return;
      await file.close();
      file = following;
      now = next;
    },
    close: () => file.close(),
  };
}

function factsOf(found: readonly Sighting[]): Record<string, string> {
  const versions = [...new Set(found.flatMap(({ process }) => process?.goVersion ?? []))];
  return versions.length === 0 ? {} : { go: versions.join(', ') };
}
