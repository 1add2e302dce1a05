/** Everything that killed runs left on this machine, processes, containers and faults in force, gone before a new run measures. */
import { connectDocker } from '../../host/docker.ts';
import type { DockerEngine } from '../../host/docker-engine.ts';
import { orphanFolders, removeFolders } from '../../host/run-folder.ts';
import type { Log } from '../../model/host.ts';
import { removeOrphanContainers } from './containers.ts';
import { takeBackNotes } from './left-notes.ts';
import { removeOrphanProcesses } from './processes.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A machine without Docker answers at once; a sick engine must not hold up a run that does not need it. */
const patienceMs = 1000;

/** Ends and removes them, with log lines that name them; what a living run owns is never touched. */
export async function removeOrphans(env: Env, log: Log): Promise<void> {
  // Whoever is killed from here on is left to the next start, with the folder that says what it left.
  const folders = await orphanFolders();
  await removeOrphanProcesses(log);
  await takeBackNotes(folders, env, log);
  const docker = await answeringDocker(env);
  if (docker) await removeOrphanContainers(docker, log);
  await removeFolders(folders);
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
