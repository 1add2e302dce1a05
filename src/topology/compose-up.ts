/** Starts the resolved project of one run with Docker Compose. */
import { connectDocker } from '../host/docker.ts';
import type { DockerEngine, DockerFacts } from '../host/docker-engine.ts';
import { removeTree } from '../host/files.ts';
import { ownerMarks } from '../host/owner.ts';
import { makeRunFolder } from '../host/run-folder.ts';
import type { AskedFaults, RunContext, TopologyEngine } from '../model/contracts.ts';
import { messageOf, RampartError, usageError } from '../model/errors.ts';
import type { RunningTopology } from '../model/topology.ts';
import { type ComposeTopology, isComposed } from '../model/topology-spec.ts';
import { checkInside } from './compose/check-inside.ts';
import { composeVersion, runCompose } from './compose/cli.ts';
import { composeEnv, createContainers, planReplicas, projectArgs } from './compose/create.ts';
import { type PreparedProject, prepareProject } from './compose/prepare.ts';
import { oneShotServices } from './compose/project.ts';
import { serviceMistakes } from './compose/service-faults.ts';
import { stagedBinary } from './compose/staged-build.ts';
import { parseComposeFile, projectWarnings } from './compose-file/compose-file.ts';
import type { ServiceHints } from './compose-file/service-labels.ts';
import { filesFact, readComposeSource } from './compose-file/sources.ts';
import { containerReadyCheck } from './docker/container-ready.ts';
import { type ContainerWatch, type WatchChoices, watchContainers } from './docker/container-watch.ts';
import { containerTarget, inspectContainer, listContainers, type ProjectContainer } from './docker/containers.ts';
import { deadAtStart } from './docker/dead-at-start.ts';
import { checkAbilities, containerInject } from './docker/faults.ts';
import { type NetworkParts, readyForNetworks, startInNetworks } from './docker/networks.ts';
import { refuseRemoteEngine } from './docker/refuse-remote.ts';
import { type ContainerReplica, containerReplica, type FaultMeans } from './docker/replica.ts';
import { proxyFacts } from './docker/userland-proxy.ts';
import { checkAskedFaults, mostReplicas } from './faults/asked-faults.ts';
import { type KeptFaults, keepFaults } from './faults/keep-faults.ts';
import { faultLines } from './faults/run-fault.ts';
import { readGoPrograms } from './go-programs.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { waitReady } from './liveness/ready.ts';
import type { InsideNetworks } from './network/inside.ts';
import { ownerLabels, removeRun } from './orphans/containers.ts';
import { openNotebook } from './orphans/notes.ts';
import { removeOrphans } from './orphans/orphans.ts';

/** The `up` of the compose engine. */
export const composeUp: TopologyEngine['up'] = async (spec, goDebug, context, asked) => {
  if (!isComposed(spec)) {
    throw usageError('engine-mismatch', 'the compose engine starts a compose file, got something else');
  }
  context.signal.throwIfAborted();
  const source = readComposeSource(spec);
  // Compose tells the same on a stream that nobody reads.
  const file = parseComposeFile(source, context.env, spec.profiles);
  const warnings = projectWarnings(file);
  refuseRemoteEngine(context);
  const docker = connectDocker(context.env);
  const engine = await docker.ping(pingMs);
  const version = await composeVersion(context.env, context.signal);
  await removeOrphans(context.env, context.log);
  const folder = await makeRunFolder();
  const run: ComposeRun = {
    spec,
    goDebug,
    context,
    asked,
    docker,
    engine,
    folder,
    warnings,
    project: projectName(context.runId),
    events: createLiveEvents(),
  };
  return startProject(run, { docker: engine.version, compose: version, ...filesFact(file) });
};

const pingMs = 3000;

interface ComposeRun {
  readonly spec: ComposeTopology;
  readonly goDebug: readonly string[];
  readonly context: RunContext;
  readonly asked: AskedFaults | undefined;
  readonly docker: DockerEngine;
  readonly engine: DockerFacts;
  readonly folder: string;
  /** What the files themselves give cause to say. */
  readonly warnings: readonly string[];
  readonly project: string;
  readonly events: LiveEvents;
}

async function startProject(run: ComposeRun, facts: Readonly<Record<string, string>>): Promise<RunningTopology> {
  const { context, docker, project, events } = run;
  let watch: ContainerWatch | undefined;
  let faults: KeptFaults | undefined;
  let ending: Promise<void> | undefined;
  const notes = openNotebook();
  const down = () => {
    ending ??= takeDown(run, watch, faults, network).then(notes.close);
    return ending;
  };
  const replicas: ContainerReplica[] = [];
  let network: InsideNetworks | undefined;
  try {
    const { prepared, networkImage } = await prepare(run);
    const { changed, hints, builds, inside, warnings } = prepared;
    const oneShots = oneShotServices(changed);
    watch = await watchContainers(
      docker,
      project,
      watchChoices(oneShots, replicas, (id) => network?.moved(id)),
      events,
      context,
    );
    await makeContainers(run, prepared);
    const containers = (await listContainers(docker, project)).filter(({ service }) => !oneShots.has(service));
    const isLater = ({ service, target }: ProjectContainer) =>
      Number(/\d+$/.exec(target)?.[0] ?? 1) > (prepared.replicas[service] ?? 1);
    const started = containers.filter((one) => !isLater(one));
    await followAll(started, watch);
    run.asked?.starting?.(started.map((one) => containerTarget(one, hints.get(one.service) ?? {})));
    await waitUntilReady(run, started, hints, watch);
    const proxy = await proxyFacts(docker, started);
    replicas.push(
      ...containers.map((one) =>
        containerReplica(one, hints.get(one.service) ?? {}, stagedBinary(builds.get(one.service))),
      ),
    );
    const targets = replicas.map(({ target }) => target);
    const programs = inside.size === 0 ? new Map() : await readGoPrograms(targets, context.env);
    const unchecked = checkInside(targets, inside, programs);
    network = networkImage === undefined ? undefined : await startInNetworks(networkImage, networkParts(run), replicas);
    const means: FaultMeans = {
      network,
      docker,
      watch,
      clock: context.clock,
      replicas,
      whenReady: readyWaiter(run, hints, watch),
      run: { notes, env: context.env, onLine: faultLines(events, context.clock) },
      marks: ownerMarks(context.runId),
      signal: context.signal,
    };
    faults = keepFaults(containerInject(means), context.log);
    return {
      engine: 'compose',
      targets,
      warnings: [...run.warnings, ...warnings, ...unchecked, ...proxy.warnings, ...(network?.warnings ?? [])],
      facts: { ...facts, ...proxy.facts },
      onLog: events.onLog,
      onChange: events.onChange,
      faults: faults.tools,
      firstStartUs: firstStartUs(started, context),
      down,
    };
  } catch (error) {
    await down();
    throw error;
  }
}

/** By the engine's clock, which on the machine of the engine is that of the run. */
function firstStartUs(started: readonly ProjectContainer[], { clock }: RunContext): number | undefined {
  if (started.length === 0) return undefined;
  return (Math.min(...started.map(({ startedS }) => startedS * 1000)) - clock.originWallMs) * 1000;
}

/** What a container that dies or comes back by itself means for its replica. */
function watchChoices(
  ignored: ReadonlySet<string>,
  replicas: readonly ContainerReplica[],
  moved: (id: string) => void,
): WatchChoices {
  const replicaOf = (id: string) => replicas.find(({ target }) => target.id === id);
  return {
    ignored,
    followsStarts: true,
    onDeath: (id) => replicaOf(id)?.isAway(true),
    onStart: (container, hadDied) => {
      const replica = replicaOf(container.target);
      replica?.moveTo(container);
      moved(container.target);
      // One that a fault starts is there when it is ready.
      if (hadDied) replica?.isAway(false);
    },
  };
}

function networkParts({ asked, context, docker, engine, folder }: ComposeRun): NetworkParts {
  const labels = ownerLabels(context.runId);
  return { faults: asked?.faults ?? [], arch: engine.arch, docker, folder, labels, context };
}

/** The project as it will be started, held against the faults that are asked for before anything is built. */
async function prepare(run: ComposeRun): Promise<{ prepared: PreparedProject; networkImage: string | undefined }> {
  let networkImage: string | undefined;
  const { spec, goDebug, context, asked, folder, project, docker } = run;
  const prepared = await prepareProject({
    spec,
    goDebug,
    context,
    project,
    folder,
    arch: run.engine.arch,
    labels: ownerLabels(context.runId),
    check: async (resolved, replicas) => {
      checkAskedFaults(asked, replicas, spec.compose, serviceMistakes(resolved, asked));
      await checkAbilities(asked?.faults.map(({ action }) => action) ?? [], docker);
      networkImage = await readyForNetworks(networkParts(run));
    },
  });
  context.log.info(`compose engine: starting project ${project}`);
  return { prepared, networkImage };
}

/** Containers of the whole project; those that only a fault brings are made, and wait. */
async function makeContainers(run: ComposeRun, { changed, replicas }: PreparedProject): Promise<void> {
  const { asked, context } = run;
  const plan =
    asked && asked.faults.length > 0
      ? await planReplicas(changed, replicas, mostReplicas(asked, replicas))
      : { atStart: [{ project: changed }], later: [] };
  try {
    await createContainers({ ...run, ...context }, plan);
  } catch (error) {
    context.signal.throwIfAborted();
    const isUnclear = error instanceof RampartError && error.code === 'compose-failed';
    throw (isUnclear && (await deadAtStart(run.docker, run.project, error))) || error;
  }
}

async function followAll(containers: readonly ProjectContainer[], watch: ContainerWatch): Promise<void> {
  await Promise.all(containers.map((one) => watch.addLog(one)));
}

async function waitUntilReady(
  run: ComposeRun,
  containers: readonly ProjectContainer[],
  hints: ReadonlyMap<string, ServiceHints>,
  watch: ContainerWatch,
): Promise<void> {
  const { docker, events, spec, context } = run;
  const checks = containers.map((one) => containerReadyCheck(docker, one, hints.get(one.service) ?? {}, watch, events));
  await waitReady(checks, spec.readyTimeoutMs, context.signal);
  context.log.info(`compose engine: ${containers.length} ${containers.length === 1 ? 'target' : 'targets'} ready`);
}

/** Replicas that were started again are reached and looked at as they are now, and asked what they were at the start. */
function readyWaiter(
  { docker, events, spec }: ComposeRun,
  hints: ReadonlyMap<string, ServiceHints>,
  watch: ContainerWatch,
): FaultMeans['whenReady'] {
  return async (started, signal) => {
    const checks = started.map(async (replica) => {
      const container = await inspectContainer(docker, replica.containerId);
      replica.moveTo(container);
      return containerReadyCheck(docker, container, hints.get(container.service) ?? {}, watch, events);
    });
    await waitReady(await Promise.all(checks), spec.readyTimeoutMs, signal);
  };
}

/** Never throws: what Compose cannot take down is removed through the engine, and what that cannot is named in the log. */
async function takeDown(
  run: ComposeRun,
  watch?: ContainerWatch,
  faults?: KeptFaults,
  network?: InsideNetworks,
): Promise<void> {
  const { context, docker, folder } = run;
  watch?.expectDeaths();
  await faults?.close();
  await network?.close();
  try {
    await runCompose(projectArgs(run, 'down', '--volumes', '--remove-orphans', '--rmi', 'local'), {
      env: composeEnv(context),
    });
  } catch {
    // Nothing was created yet, or Compose failed; the engine knows which.
  }
  await removeRun(docker, context.runId, context.log).catch((error: unknown) => {
    context.log.warn(`could not look for what run ${context.runId} left in Docker: ${messageOf(error)}`);
  });
  watch?.close();
  await removeTree(folder).catch(() => undefined);
}

/** Compose allows lower-case letters, digits, dashes and underscores. */
function projectName(runId: string): string {
  return `rampart-${runId.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}`;
}
