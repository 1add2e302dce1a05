/** Runs a compose file with Docker Compose: its own resolved project for each run, reached through ports on 127.0.0.1. */
import { join } from 'node:path';
import { connectDocker } from '../host/docker.ts';
import { dockerEndpoint } from '../host/docker-endpoint.ts';
import type { DockerEngine, DockerFacts } from '../host/docker-engine.ts';
import { removeTree, writeText } from '../host/files.ts';
import { isLoopback } from '../host/loopback.ts';
import { makeRunFolder } from '../host/run-folder.ts';
import type { RunContext, TopologyEngine } from '../model/contracts.ts';
import { environmentError, messageOf, RampartError, usageError } from '../model/errors.ts';
import { type ComposeTopology, type GoSettings, isExternal } from '../model/scenario.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { withBuildArgs } from './compose/build-args.ts';
import { buildFailed, composeVersion, runCompose } from './compose/cli.ts';
import { withGoArgs } from './compose/go-args.ts';
import { withImageGoDebug } from './compose/image-go-debug.ts';
import {
  changeProject,
  oneShotServices,
  projectHints,
  projectReplicas,
  type ResolvedBuild,
  type ResolvedProject,
} from './compose/project.ts';
import { stageBuilds, stagedBinary } from './compose/staged-build.ts';
import { checkServiceNames, parseComposeFile, projectWarnings } from './compose-file/compose-file.ts';
import type { ServiceHints } from './compose-file/service-labels.ts';
import { filesFact, projectFiles, readComposeSource } from './compose-file/sources.ts';
import { containerReadyCheck } from './docker/container-ready.ts';
import { followLines } from './docker/container-stream.ts';
import { type ContainerWatch, watchContainers } from './docker/container-watch.ts';
import { containerTarget, listContainers, type ProjectContainer } from './docker/containers.ts';
import { proxyFacts } from './docker/userland-proxy.ts';
import { type GoBuildOptions, goVersion } from './go-build/go-build.ts';
import { goSettingsText, unshownSettings } from './go-build/go-settings.ts';
import { readGoPrograms } from './go-programs.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { waitReady } from './liveness/ready.ts';
import { ownerLabels, removeRun } from './orphans/containers.ts';
import { removeOrphans } from './orphans/orphans.ts';

/** Docker Compose v2 on an engine of this machine. */
export const composeEngine: TopologyEngine = {
  kind: 'compose',
  up: async (spec, goDebug, context) => {
    if (isExternal(spec)) {
      throw usageError('engine-mismatch', 'the compose engine starts a compose file, got targets that already run');
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
      docker,
      engine,
      folder,
      warnings,
      project: projectName(context.runId),
      events: createLiveEvents(),
    };
    return startProject(run, { docker: engine.version, compose: version, ...filesFact(file) });
  },
};

const pingMs = 3000;

interface ComposeRun {
  readonly spec: ComposeTopology;
  readonly goDebug: readonly string[];
  readonly context: RunContext;
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
  let ending: Promise<void> | undefined;
  const down = () => {
    ending ??= takeDown(run, watch);
    return ending;
  };
  try {
    const { changed, hints, builds, inside, warnings } = await prepareProject(run);
    const oneShots = oneShotServices(changed);
    watch = await watchContainers(docker, project, { ignored: oneShots, followsStarts: true }, events, context);
    await createContainers(run, changed);
    const containers = (await listContainers(docker, project)).filter(({ service }) => !oneShots.has(service));
    await followAll(containers, watch);
    await waitUntilReady(run, containers, hints, watch);
    const proxy = await proxyFacts(docker, containers);
    const targets = containers.map((one) => ({
      ...containerTarget(one, hints.get(one.service) ?? {}),
      binary: stagedBinary(builds.get(one.service)),
    }));
    const unchecked = await checkInside(targets, inside, context.env);
    return {
      engine: 'compose',
      targets,
      warnings: [...run.warnings, ...warnings, ...unchecked, ...proxy.warnings],
      facts: { ...facts, ...proxy.facts },
      onLog: events.onLog,
      onChange: events.onChange,
      down,
    };
  } catch (error) {
    await down();
    throw error;
  }
}

/** Usage error where what an image compiled is not what its settings ask for; a warning where nobody can look. */
async function checkInside(
  targets: readonly Target[],
  inside: PreparedProject['inside'],
  env: RunContext['env'],
): Promise<string[]> {
  if (inside.size === 0) return [];
  const programs = await readGoPrograms(targets, env);
  const told = [...inside].map(([service, settings]) => {
    const of = targets.filter((target) => target.service === service).map(({ id }) => programs.get(id));
    const { version, settings: shown = {} } = of.find((program) => program?.version !== undefined) ?? {};
    if (version === undefined)
      return {
        unchecked: [`${service}: whether its image was built with ${goSettingsText(settings)} cannot be seen`],
        wrong: [],
      };
    const wrong = unshownSettings(settings, { goVersion: version, settings: shown });
    return { unchecked: [], wrong: wrong.map((why) => `service ${service}: go.${why}`) };
  });
  const wrong = told.flatMap((each) => each.wrong);
  if (wrong.length > 0)
    throw usageError(
      'go-settings',
      wrong.join('\n'),
      'its image was given build arguments; its go build does not heed them',
    );
  return told.flatMap(({ unchecked }) => unchecked);
}

interface PreparedProject {
  readonly changed: ResolvedProject;
  readonly hints: ReadonlyMap<string, ServiceHints>;
  readonly builds: ReadonlyMap<string, ResolvedBuild>;
  /** What is compiled inside Docker, with settings that it was told. */
  readonly inside: ReadonlyMap<string, GoSettings>;
  readonly warnings: readonly string[];
}

/** Resolves the user's file, applies what the scenario asks, and writes the outcome as the one file that Compose will see. */
async function prepareProject(run: ComposeRun): Promise<PreparedProject> {
  const { spec, context, goDebug, folder, project } = run;
  const asWritten = await resolveProject(run);
  const names = Object.keys(asWritten.services);
  const { images = {}, limits = {}, buildArgs = {} } = spec;
  checkServiceNames(spec.compose, names, {
    scale: Object.keys(spec.scale),
    env: Object.keys(spec.env),
    images: Object.keys(images),
    limits: Object.keys(limits),
    buildArgs: Object.keys(buildArgs),
    'go.services': Object.keys(spec.go?.services ?? {}),
  });
  const built = await withBuildArgs(asWritten, spec);
  const resolved = goDebug.length > 0 ? withImageGoDebug(built, Object.keys(images)) : built;
  const hints = projectHints(resolved, projectReplicas(resolved, spec.scale));
  const builds = await buildHere(run, resolved, hints);
  const labels = ownerLabels(context.runId);
  const { project: told, inside, warnings } = await withGoArgs(resolved, spec, builds);
  const changed = changeProject(told, {
    scale: spec.scale,
    env: spec.env,
    images,
    limits,
    goDebug,
    labels,
    builds,
  });
  await writeText(projectFile(folder), JSON.stringify(changed, undefined, 2));
  context.log.info(`compose engine: starting project ${project}`);
  return { changed, hints, builds, inside, warnings };
}

async function resolveProject({ spec, context, project }: ComposeRun): Promise<ResolvedProject> {
  const files = projectFiles(spec);
  const named = files.flatMap((file) => ['--file', file]);
  const args = ['--project-name', project, ...named, 'config', '--format', 'json'];
  // Set, also to nothing, it wins over what the shell and `.env` say.
  const env = spec.profiles ? { ...context.env, COMPOSE_PROFILES: spec.profiles.join() } : context.env;
  const onFailure = (output: string) => usageError('compose-invalid', `${files.join(', ')}: ${output.trim()}`);
  return JSON.parse(await runCompose(args, { env, signal: context.signal, onFailure })) as ResolvedProject;
}

/** Binaries from this machine where it has Go; without, the file's own builds stand. */
async function buildHere(
  run: ComposeRun,
  project: ResolvedProject,
  hints: ReadonlyMap<string, ServiceHints>,
): Promise<ReadonlyMap<string, ResolvedBuild>> {
  const { spec, context, engine, folder } = run;
  // A binary that is to run in an empty image can have no C library.
  const overrides = { GOOS: 'linux', GOARCH: engine.arch, CGO_ENABLED: '0' };
  const options: GoBuildOptions = { env: context.env, overrides, signal: context.signal };
  let go: string;
  try {
    go = await goVersion(options);
  } catch (error) {
    if (!(error instanceof RampartError && error.code === 'go-missing')) throw error;
    context.log.info('compose engine: no Go on this machine, so images are built as the Dockerfile says');
    return new Map();
  }
  // What a stage of the file makes of an argument is not known here.
  const asWritten = Object.keys(spec.buildArgs ?? {});
  if ([...hints.values()].some(({ goPackage }) => goPackage))
    context.log.info(`compose engine: building services with ${go}, up to a minute when its build cache is empty`);
  return stageBuilds(project, hints, folder, options, { excluded: asWritten, go: spec.go });
}

async function createContainers(run: ComposeRun, project: ResolvedProject): Promise<void> {
  const { env, signal } = run.context;
  if (Object.values(project.services).some(({ build }) => build)) {
    await runCompose(projectArgs(run, 'build'), { env, signal, onFailure: buildFailed });
  }
  try {
    await runCompose(projectArgs(run, 'up', '--detach', '--no-build'), { env, signal });
  } catch (error) {
    signal.throwIfAborted();
    const isUnclear = error instanceof RampartError && error.code === 'compose-failed';
    throw (isUnclear && (await deadAtStart(run, error))) || error;
  }
}

/** Compose only says that a dependency failed; the dead container knows why. */
async function deadAtStart(run: ComposeRun, cause: unknown): Promise<RampartError | undefined> {
  const containers = await listContainers(run.docker, run.project).catch(() => []);
  const dead = containers.find((one) => !one.isRunning && one.exitCode !== 0);
  if (!dead) return undefined;
  const lines: string[] = [];
  const log = await followLines(run.docker, dead.id, { hasTty: dead.hasTty, tail: 20 }, (_stream, text) =>
    lines.push(`    | ${text}`),
  );
  await log.ended;
  const message = `${dead.target} exited with code ${dead.exitCode} before it was ready`;
  return environmentError('target-died', [message, ...lines].join('\n'), undefined, cause);
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

/** Never throws: what Compose cannot take down is removed through the engine, and what that cannot is named in the log. */
async function takeDown(run: ComposeRun, watch: ContainerWatch | undefined): Promise<void> {
  const { context, docker, folder } = run;
  watch?.expectDeaths();
  try {
    await runCompose(projectArgs(run, 'down', '--volumes', '--remove-orphans', '--rmi', 'local'), { env: context.env });
  } catch {
    // Nothing was created yet, or Compose failed; the engine knows which.
  }
  await removeRun(docker, context.runId, context.log).catch((error: unknown) => {
    context.log.warn(`could not look for what run ${context.runId} left in Docker: ${messageOf(error)}`);
  });
  watch?.close();
  await removeTree(folder).catch(() => undefined);
}

function projectArgs({ project, folder }: ComposeRun, ...command: string[]): string[] {
  return ['--project-name', project, '--file', projectFile(folder), ...command];
}

function projectFile(folder: string): string {
  return join(folder, 'compose.json');
}

/** Compose allows lower-case letters, digits, dashes and underscores. */
function projectName(runId: string): string {
  return `rampart-${runId.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}`;
}

/** Ports of an engine elsewhere are published there; load goes to loopback only. */
function refuseRemoteEngine({ env }: RunContext): void {
  const { host } = dockerEndpoint(env);
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)/.exec(host)?.[1];
  if (!tcp || isLoopback(tcp)) return;
  throw environmentError(
    'docker-remote',
    `the Docker engine is on another machine (${host}), where published ports cannot be reached`,
    'run rampart on that machine, or choose a local engine with `docker context use default`',
  );
}
