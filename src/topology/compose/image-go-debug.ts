/** GODEBUG that a Dockerfile sets: what a run adds to it would otherwise take its place. */

import { escapeAll } from '../compose-file/interpolate.ts';
import { readServiceImage } from '../image/service-image.ts';
import type { ResolvedProject, ResolvedService } from './project.ts';

/**
 * The project with the image's GODEBUG in the environment of each service that has none of its own; those in `except` get another image.
 */
export function withImageGoDebug(project: ResolvedProject, except: readonly string[] = []): ResolvedProject {
  const services = Object.entries(project.services).map(([name, service]) => {
    const environment = service.environment ?? {};
    const given = environment['GODEBUG'] === undefined && !except.includes(name) ? imageGoDebug(service) : undefined;
    if (given === undefined) return [name, service] as const;
    return [name, { ...service, environment: { ...environment, ...escapeAll({ GODEBUG: given }) } }] as const;
  });
  return { ...project, services: Object.fromEntries(services) };
}

function imageGoDebug({ build }: ResolvedService): string | undefined {
  if (!build?.context) return undefined;
  const args = Object.entries(build.args ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  const { context, dockerfile, dockerfile_inline: dockerfileInline, target } = build;
  const { stage } = readServiceImage({ context, dockerfile, dockerfileInline, target, args: new Map(args) }, context);
  return stage?.env.get('GODEBUG');
}
