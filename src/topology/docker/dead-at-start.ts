/** A container that ended before it was ready, in its own words. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import { environmentError, type RampartError } from '../../model/errors.ts';
import { followLines } from './container-stream.ts';
import { listContainers } from './containers.ts';

/** Compose only says that a dependency failed; the dead container knows why. */
export async function deadAtStart(
  docker: DockerEngine,
  project: string,
  cause: unknown,
): Promise<RampartError | undefined> {
  const containers = await listContainers(docker, project).catch(() => []);
  const dead = containers.find((one) => !one.isRunning && one.exitCode !== 0);
  if (!dead) return undefined;
  const lines: string[] = [];
  const log = await followLines(docker, dead.id, { hasTty: dead.hasTty, tail: 20 }, (_stream, text) =>
    lines.push(`    | ${text}`),
  );
  await log.ended;
  const message = `${dead.target} exited with code ${dead.exitCode} before it was ready`;
  return environmentError('target-died', [message, ...lines].join('\n'), undefined, cause);
}
