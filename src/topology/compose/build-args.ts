/** Arguments that a scenario gives to image builds, on top of those in the compose file. */
import { usageError } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import { escapeAll } from '../compose-file/interpolate.ts';
import { declaredArgs, dockerfileText } from './dockerfile-text.ts';
import type { ResolvedProject } from './project.ts';

/** Builders know these without an ARG (https://docs.docker.com/reference/dockerfile/#predefined-args). */
const known = /^(?:(?:https?|ftp|no|all)_proxy|BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/i;

/**
 * The project with the arguments; usageError when a service is not built, or its Dockerfile has no such argument: it would change nothing.
 */
export async function withBuildArgs(
  project: ResolvedProject,
  { compose, images = {}, buildArgs = {} }: Pick<ComposeTopology, 'compose' | 'images' | 'buildArgs'>,
): Promise<ResolvedProject> {
  const mistakes: string[] = [];
  const services = { ...project.services };
  for (const [name, given] of Object.entries(buildArgs)) {
    const service = services[name];
    const at = `topology.buildArgs.${name}`;
    if (!service?.build || images[name] !== undefined) {
      const why = images[name] === undefined ? `${compose} has no build for it` : 'topology.images names its image';
      mistakes.push(`${at}: nothing is built for ${name}: ${why}`);
      continue;
    }
    const text = await dockerfileText(service.build);
    const declared = text === undefined ? undefined : declaredArgs(text);
    for (const arg of Object.keys(given)) {
      if (!declared || declared.includes(arg) || known.test(arg)) continue;
      const has = declared.length === 0 ? 'it has none' : `it has: ${declared.join(', ')}`;
      mistakes.push(`${at}.${arg} would change nothing: the Dockerfile of ${name} has no ARG ${arg} (${has})`);
    }
    services[name] = { ...service, build: { ...service.build, args: { ...service.build.args, ...escapeAll(given) } } };
  }
  if (mistakes.length > 0) throw usageError('build-args', mistakes.join('\n'));
  return { ...project, services };
}
