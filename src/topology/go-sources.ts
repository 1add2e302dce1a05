/** The main packages of a topology's services, before anything is built: which rampart compiles on this machine, and where they lie. */
import { dirname, resolve } from 'node:path';
import { readTextIfAny } from '../host/files.ts';
import type { RunContext } from '../model/contracts.ts';
import type { ComposeTopology } from '../model/topology-spec.ts';
import { hasPrebuiltStage } from './compose/staged-build.ts';
import { parseComposeFile } from './compose-file/compose-file.ts';
import { readAllHints } from './compose-file/service-labels.ts';
import { readComposeSource } from './compose-file/sources.ts';
import { type GoBuild, type GoBuildOptions, type MainPackage, mainPackageOf } from './go-build/go-build.ts';
import { goSettingsOf } from './go-build/go-settings.ts';
import { localBuilds } from './process/plan.ts';

/** What a service is built from. */
export interface GoSource extends MainPackage {
  readonly service: string;
  readonly build: GoBuild;
  readonly options: GoBuildOptions;
}

/** By service, as the engine would build it here; a service whose image compiles its own code, or that has none, is missing. */
export async function goSourcesOf(spec: ComposeTopology, context: RunContext): Promise<GoSource[]> {
  context.signal.throwIfAborted();
  const options: GoBuildOptions = { env: context.env, overrides: {}, signal: context.signal };
  const isLocal = spec.engine === 'process';
  const builds = isLocal ? await localBuilds(spec, context, options) : await stagedSources(spec, context);
  const here = isLocal ? options : { ...options, overrides: { CGO_ENABLED: '0' } };
  const sources = builds.map(async (plain): Promise<GoSource> => {
    const build = { ...plain, settings: goSettingsOf(spec.go, plain.service) };
    return { ...(await mainPackageOf(build, here)), service: plain.service, build, options: here };
  });
  return await Promise.all(sources);
}

/** What a Dockerfile with a stage `prebuilt` is given. */
async function stagedSources(spec: ComposeTopology, context: RunContext): Promise<GoBuild[]> {
  const file = parseComposeFile(readComposeSource(spec), context.env, spec.profiles);
  const hints = readAllHints(file.active, Object.fromEntries(file.active.map(({ name }) => [name, 1])));
  const found = file.active.map(async ({ name, build }): Promise<GoBuild[]> => {
    const goPackage = hints.get(name)?.goPackage;
    if (!build || goPackage === undefined || spec.images?.[name] !== undefined) return [];
    const folder = resolve(dirname(file.path), build.context);
    const text = build.dockerfileInline ?? (await readTextIfAny(resolve(folder, build.dockerfile ?? 'Dockerfile')));
    if (text === undefined || !hasPrebuiltStage(text)) return [];
    return [{ service: name, context: folder, packages: [goPackage], flags: [], env: {} }];
  });
  return (await Promise.all(found)).flat();
}
