/** Folders for the files of one run, which are found when the process that made them is killed. */
import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from './files.ts';
import { isOwnerAlive, machineMark, ownerMark } from './owner.ts';

/** A new folder, named after this process. */
export function makeRunFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${folderPrefix()}${ownerMark().replace(':', '-')}-`));
}

/** Removes them; one that cannot be removed stays. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await removeTree(folder).catch(() => undefined);
}

/** Those that nobody but this user can have written to: what stands there may be acted upon. */
export async function ownFolders(folders: readonly string[]): Promise<string[]> {
  const own: string[] = [];
  for (const folder of folders) {
    const stat = await lstat(folder).catch(() => undefined);
    if (stat?.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0) own.push(folder);
  }
  return own;
}

/** Those of processes that no longer live. */
export async function orphanFolders(): Promise<string[]> {
  const prefix = folderPrefix();
  return (await readdir(tmpdir())).flatMap((name) => {
    const [pid, start] = name.startsWith(prefix) ? name.slice(prefix.length).split('-') : [];
    return !pid || isOwnerAlive(`${pid}:${start}`) ? [] : [join(tmpdir(), name)];
  });
}

/** Machines that share a folder for temporary files leave each other's alone. */
function folderPrefix(): string {
  return `rampart-${createHash('sha256').update(machineMark()).digest('hex').slice(0, 8)}-`;
}
