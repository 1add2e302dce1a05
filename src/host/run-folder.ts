/** Folders for the files of one run, which are found when the process that made them is killed. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from './files.ts';
import { isOwnerAlive, machineMark, ownerMark } from './owner.ts';

/** A new folder, named after this process. */
export function makeRunFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${folderPrefix()}${ownerMark().replace(':', '-')}-`));
}

/** Removes those of processes that no longer live. */
export async function removeOrphanFolders(): Promise<void> {
  const prefix = folderPrefix();
  for (const name of await readdir(tmpdir())) {
    const [pid, start] = name.startsWith(prefix) ? name.slice(prefix.length).split('-') : [];
    if (!pid || isOwnerAlive(`${pid}:${start}`)) continue;
    await removeTree(join(tmpdir(), name)).catch(() => undefined);
  }
}

/** Machines that share a folder for temporary files leave each other's alone. */
function folderPrefix(): string {
  return `rampart-${createHash('sha256').update(machineMark()).digest('hex').slice(0, 8)}-`;
}
