/** From the user's compose file to the project that a run starts: resolved, held against what is asked, built, and changed. */
import type { RunContext } from '../../model/contracts.ts';
import { RampartError, usageError } from '../../model/errors.ts';
import type { ComposeTopology, GoSettings } from '../../model/topology-spec.ts';
import { checkServiceNames } from '../compose-file/compose-file.ts';
import type { ServiceHints } from '../compose-file/service-labels.ts';
import { projectFiles } from '../compose-file/sources.ts';
import { type GoBuildOptions, goVersion } from '../go-build/go-build.ts';
import { withBuildArgs } from './build-args.ts';
import { runCompose } from './cli.ts';
import { withGoArgs } from './go-args.ts';
import { withImageGoDebug } from './image-go-debug.ts';
import { changeProject, projectHints, projectReplicas, type ResolvedBuild, type ResolvedProject } from './project.ts';
import { stageBuilds } from './staged-build.ts';

/** What a project is prepared from. */
export interface ProjectWishes {
  readonly spec: ComposeTopology;
  readonly goDebug: readonly string[];
  readonly context: RunContext;
  /** Its name in the engine. */
  readonly project: string;
  /** For binaries and what is written of the project. */
  readonly folder: string;
  /** GOARCH of the engine. */
  readonly arch: string;
  /** For everything that is created. */
  readonly labels: Readonly<Record<string, string>>;
  /** Throws what speaks against the project before anything is built; replicas by service. */
  check(project: ResolvedProject, replicas: Readonly<Record<string, number>>): Promise<void>;
}

/** A project that can be started. */
export interface PreparedProject {
  readonly changed: ResolvedProject;
  readonly replicas: Readonly<Record<string, number>>;
  readonly hints: ReadonlyMap<string, ServiceHints>;
  readonly builds: ReadonlyMap<string, ResolvedBuild>;
  /** What is compiled inside Docker, with settings that it was told. */
  readonly inside: ReadonlyMap<string, GoSettings>;
  readonly warnings: readonly string[];
}

/** Resolves the user's file and applies what the scenario asks; usageError with what cannot be. */
export async function prepareProject(wishes: ProjectWishes): Promise<PreparedProject> {
  const { spec, goDebug, labels } = wishes;
  const asWritten = await resolveProject(wishes);
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
  const replicas = projectReplicas(asWritten, spec.scale);
  await wishes.check(asWritten, replicas);
  const built = await withBuildArgs(asWritten, spec);
  const resolved = goDebug.length > 0 ? withImageGoDebug(built, Object.keys(images)) : built;
  const hints = projectHints(resolved, replicas);
  const builds = await buildHere(wishes, resolved, hints);
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
  return { changed, replicas, hints, builds, inside, warnings };
}

async function resolveProject({ spec, context, project }: ProjectWishes): Promise<ResolvedProject> {
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
  { spec, context, arch, folder }: ProjectWishes,
  project: ResolvedProject,
  hints: ReadonlyMap<string, ServiceHints>,
): Promise<ReadonlyMap<string, ResolvedBuild>> {
  // A binary that is to run in an empty image can have no C library.
  const overrides = { GOOS: 'linux', GOARCH: arch, CGO_ENABLED: '0' };
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
