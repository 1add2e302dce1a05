/** Makes the containers of a prepared project by Docker Compose. */
import { join } from 'node:path';
import { writeText } from '../../host/files.ts';
import { findFreePorts } from '../../host/free-ports.ts';
import { environmentError, messageOf, RampartError } from '../../model/errors.ts';
import type { Secrets } from '../../model/secrets.ts';
import { buildFailed, runCompose } from './cli.ts';
import { isChosenPort } from './host-ports.ts';
import { oneShotServices, type ResolvedProject } from './project.ts';
import { plannedPortCount, type ReplicaPlan, type ReplicaStep, replicaPlan } from './replica-steps.ts';
import { secretVariables, withVariables } from './secret-values.ts';

/** Under which name, with which files, and how long. */
export interface ComposeUse {
  readonly project: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly secrets: Secrets;
}

type Counts = Readonly<Record<string, number>>;

/** With ports of this machine that stay a replica's own when it is started again, and replicas that are made and not started: `most` in all. */
export async function planReplicas(project: ResolvedProject, atStart: Counts, most: Counts): Promise<ReplicaPlan> {
  const oneShots = oneShotServices(project);
  const names = Object.keys(project.services).filter((name) => !oneShots.has(name));
  const wishes = { names, atStart, most };
  const ports = await findFreePorts(plannedPortCount(project, wishes)).catch((error: unknown) => {
    const hint = 'Publish ports of your own choice in the compose file.';
    throw environmentError('port-taken', `no ports for the replicas: ${messageOf(error)}`, hint, error);
  });
  return replicaPlan(project, wishes, () => ports.pop() ?? 0);
}

/** Builds, creates and starts; rejects with what Compose says. */
export async function createContainers(given: ComposeUse, { atStart, later }: ReplicaPlan): Promise<void> {
  const use = { ...given, env: composeEnv(given) };
  const { env, signal, folder } = use;
  const [started = { project: { services: {} } }] = atStart.slice(-1);
  await writeProject(projectFile(folder), started.project, use);
  if (Object.values(started.project.services).some(({ build }) => build)) {
    await runCompose(projectArgs(use, 'build'), { env, signal, onFailure: buildFailed });
  }
  for (const step of atStart.slice(0, -1)) await createMore(use, step);
  await startProject(use, started.project);
  for (const step of later) await createMore(use, step);
}

/** How often a project is started whose ports somebody took between the engine's choice and its listening there. */
const mostStarts = 5;

async function startProject(use: ComposeUse, project: ResolvedProject): Promise<void> {
  const { env, signal } = use;
  for (let starts = 1; ; starts++) {
    try {
      await runCompose(projectArgs(use, 'up', '--detach', '--no-build', '--no-recreate'), { env, signal });
      return;
    } catch (error) {
      const isAgain =
        error instanceof RampartError && error.code === 'port-taken' && isChosenPort(project, error.message);
      if (!isAgain || starts === mostStarts) throw error;
    }
  }
}

/** Creates the containers that a step brings, without starting them or touching others. */
async function createMore(use: ComposeUse, { project, services = [] }: ReplicaStep): Promise<void> {
  const { env, signal, folder } = use;
  const file = join(folder, 'step.json');
  await writeProject(file, project, use);
  const named = services.length > 0 ? ['--no-deps', ...services] : [];
  const command = ['up', '--no-start', '--no-build', '--no-recreate', ...named];
  await runCompose(['--project-name', use.project, '--file', file, ...command], { env, signal });
}

/** A command of Compose to the project as it was started. */
export function projectArgs(
  { project, folder }: Pick<ComposeUse, 'project' | 'folder'>,
  ...command: string[]
): string[] {
  return ['--project-name', project, '--file', projectFile(folder), ...command];
}

function projectFile(folder: string): string {
  return join(folder, 'compose.json');
}

/** The environment of a command to a project that `createContainers` has written. */
export function composeEnv({ env, secrets }: Pick<ComposeUse, 'env' | 'secrets'>): ComposeUse['env'] {
  return { ...env, ...secretVariables(secrets) };
}

/** Writes a project for Compose, without secrets in it; `composeEnv` has them. */
export async function writeProject(file: string, project: ResolvedProject, { secrets }: ComposeUse): Promise<void> {
  await writeText(file, JSON.stringify(withVariables(project, secrets), undefined, 2));
}
