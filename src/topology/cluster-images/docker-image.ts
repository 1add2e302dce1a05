/** Images that only Docker can build, as archives for a cluster or in a registry. */
import { runCommand } from '../../host/command.ts';
import { connectDocker } from '../../host/docker.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, RampartError } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import { buildFailed, runCompose } from '../compose/cli.ts';
import { composeEnv, projectArgs, writeProject } from '../compose/create.ts';
import { prepareProject } from '../compose/prepare.ts';
import { ownerLabels, removeRun } from '../orphans/containers.ts';

/** What is to be built, each with the reason why nothing else than Docker can. */
export type DockerBuilds = ReadonlyMap<string, string>;

/** Images by service, by the names that Docker has them under and by their ids; `close` removes them from Docker. */
export interface DockerImages {
  readonly images: ReadonlyMap<string, { readonly name: string; readonly id: string }>;
  close(): Promise<void>;
}

const pingMs = 3000;

/** Builds them as the compose engine does; environmentError where there is no Docker, with what needs it. */
export async function buildWithDocker(
  builds: DockerBuilds,
  spec: ComposeTopology,
  context: RunContext,
  folder: string,
): Promise<DockerImages> {
  const docker = connectDocker(context.env);
  const { arch } = await docker.ping(pingMs).catch((error: unknown) => {
    throw noDocker(builds, error);
  });
  const project = `rampart-${context.runId.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}-images`;
  const labels = ownerLabels(context.runId);
  const wishes = { spec, goDebug: [], context, project, folder, arch, labels, check: async () => undefined };
  const { changed } = await prepareProject(wishes);
  const use = { ...context, project, folder };
  const [command = '', file = '', ...rest] = projectArgs(use, 'build', ...builds.keys());
  await writeProject(rest[1] ?? '', changed, use);
  const { signal } = context;
  await runCompose([command, file, ...rest], { env: composeEnv(context), signal, onFailure: buildFailed });
  const images = new Map<string, { name: string; id: string }>();
  for (const service of builds.keys()) {
    const name = changed.services[service]?.image ?? `${project}-${service}`;
    const id = await docker.imageId(name);
    if (id !== undefined) images.set(service, { name, id });
  }
  return { images, close: () => removeRun(docker, context.runId, context.log) };
}

/** Writes an image of Docker under a name to an archive. */
export async function saveImage(name: string, ref: string, archive: string, context: RunContext): Promise<void> {
  await docker(['tag', name, ref], context);
  await docker(['save', '--output', archive, ref], context);
}

/** Pushes an image of Docker, with Docker's own login, and gives its reference by digest. */
export async function pushWithDocker(name: string, ref: string, context: RunContext): Promise<string> {
  await docker(['tag', name, ref], context);
  await docker(['push', '--quiet', ref], context);
  const format = '{{range .RepoDigests}}{{println .}}{{end}}';
  const listed = await docker(['image', 'inspect', '--format', format, ref], context);
  const repository = ref.replace(/:[^:/]*$/, '');
  return listed.split('\n').find((each) => each.startsWith(`${repository}@`)) ?? ref;
}

async function docker(args: readonly string[], { env, signal }: RunContext): Promise<string> {
  const { code, stdout, output } = await runCommand('docker', args, { env, signal });
  if (code === 0) return stdout;
  throw environmentError('image-load', `docker ${args.join(' ')} failed: ${output.trim().slice(-500)}`);
}

function noDocker(builds: DockerBuilds, error: unknown): RampartError {
  const lines = [...builds].map(([service, why]) => `  ${service}: ${why}`);
  const said = error instanceof RampartError ? error.message : String(error);
  return environmentError(
    'image-build',
    [
      `only Docker can build the images of ${[...builds.keys()].join(', ')}, and there is none (${said}):`,
      ...lines,
    ].join('\n'),
    'Name finished images (topology.images: { SERVICE: registry.example.com/team/api:1.4 }), or start Docker.',
    error,
  );
}
