/** Images from binaries built on this machine: a Dockerfile's stage `prebuilt` and a build context that holds only `bin/`. */
import { join, resolve } from 'node:path';
import { copyProgram, readText, writeText } from '../../host/files.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import type { ServiceHints } from '../compose-file/service-labels.ts';
import { buildGo, type GoBuildOptions } from '../go-build/go-build.ts';
import { goSettingsOf } from '../go-build/go-settings.ts';
import type { ResolvedBuild, ResolvedProject, ResolvedService } from './project.ts';

/** The stage that takes a binary of this machine. */
export const stageName = 'prebuilt';

/**
 * Builds the binaries of all services that allow it into contexts below `folder`; the others, and those in `excluded`, keep the builds of
 * their file.
 */
export async function stageBuilds(
  project: ResolvedProject,
  hints: ReadonlyMap<string, ServiceHints>,
  folder: string,
  options: GoBuildOptions,
  { excluded = [], go }: { readonly excluded?: readonly string[]; readonly go?: ComposeTopology['go'] } = {},
): Promise<Map<string, ResolvedBuild>> {
  const builds = new Map<string, ResolvedBuild>();
  for (const [name, service] of Object.entries(project.services)) {
    const goPackage = hints.get(name)?.goPackage;
    const dockerfile = await stageableDockerfile(service);
    if (excluded.includes(name) || !goPackage || !dockerfile || !service.build?.context) continue;
    const { context, args = {} } = service.build;
    const plain = { service: name, context, packages: [goPackage], flags: [], env: {} };
    const binary = await buildGo({ ...plain, settings: goSettingsOf(go, name) }, options);
    const { SERVICE } = args;
    const staged = join(folder, name);
    // The image may run it as another user.
    await copyProgram(binary, join(staged, 'bin', SERVICE ?? name));
    await writeText(join(staged, 'Dockerfile'), dockerfile);
    const { dockerfile_inline: _inline, ...rest } = service.build;
    builds.set(name, {
      ...rest,
      context: staged,
      dockerfile: 'Dockerfile',
      target: stageName,
      args: { ...args, SERVICE: SERVICE ?? name },
    });
  }
  return builds;
}

/** The binary in the context of a build that `stageBuilds` made; undefined when there is none. */
export function stagedBinary(build: ResolvedBuild | undefined): string | undefined {
  const service = build?.args?.['SERVICE'];
  return build?.context && service ? join(build.context, 'bin', service) : undefined;
}

/** The text of the Dockerfile when its stage `prebuilt` needs nothing but `bin/`, else undefined. */
async function stageableDockerfile({ build, platform }: ResolvedService): Promise<string | undefined> {
  // The binary is built for the engine's own platform.
  if (!build?.context || platform || !/^[\w.-]*$/.test(build.args?.['SERVICE'] ?? '')) return undefined;
  const path = resolve(build.context, build.dockerfile ?? 'Dockerfile');
  const text = build.dockerfile_inline ?? (await readText(path).catch(() => ''));
  return hasPrebuiltStage(text) ? text : undefined;
}

/** Whether a Dockerfile has a stage `prebuilt` that starts from scratch and copies nothing but `bin/` from its context. */
export function hasPrebuiltStage(dockerfile: string): boolean {
  const stages = dockerfile.split(/^(?=FROM\s)/im);
  const stage = stages.find((text) => /^FROM\s+scratch\s+AS\s+prebuilt\s*$/im.test(text.split('\n')[0] ?? ''));
  if (!stage) return false;
  const copies = stage.split('\n').filter((line) => /^\s*(?:COPY|ADD)\s/i.test(line));
  return (
    copies.length > 0 &&
    copies.every((line) => /^\s*COPY\s+(?:--(?!from)\S+\s+)*(?:\.\/)?bin\/\S+\s+\S+\s*$/i.test(line))
  );
}
