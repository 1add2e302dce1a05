/** Everything that killed runs left on this machine, processes and containers, gone before a new run measures. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker } from '../../host/docker.ts';
import type { DockerEngine } from '../../host/docker-engine.ts';
import { isOwnerAlive, machineMark, ownerMark } from '../../host/owner.ts';
import type { Log } from '../../model/host.ts';
import { removeOrphanContainers } from './containers.ts';
import { removeOrphanProcesses } from './processes.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A machine without Docker answers at once; a sick engine must not hold up a run that does not need it. */
const patienceMs = 1000;

/** Ends and removes them, with log lines that name them; what a living run owns is never touched. */
export async function removeOrphans(env: Env, log: Log): Promise<void> {
  await removeOrphanProcesses(log);
  const docker = await answeringDocker(env);
  if (docker) await removeOrphanContainers(docker, log);
  await removeOrphanFolders();
}

/** A folder for one run's files, named so that it is found when this process is killed. */
export function makeRunFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${folderPrefix()}${ownerMark().replace(':', '-')}-`));
}

async function removeOrphanFolders(): Promise<void> {
  const prefix = folderPrefix();
  for (const name of await readdir(tmpdir())) {
    const [pid, start] = name.startsWith(prefix) ? name.slice(prefix.length).split('-') : [];
    if (!pid || isOwnerAlive(`${pid}:${start}`)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Machines that share a folder for temporary files leave each other's alone. */
function folderPrefix(): string {
  return `rampart-${createHash('sha256').update(machineMark()).digest('hex').slice(0, 8)}-`;
}

async function answeringDocker(env: Env): Promise<DockerEngine | undefined> {
  try {
    const docker = connectDocker(env);
    await docker.ping(patienceMs);
    return docker;
  } catch {
    return undefined;
  }
}
