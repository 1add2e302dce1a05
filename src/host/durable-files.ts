/** Files that survive a kill of the process and a crash of the machine, and that nobody ever sees half of. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a whole file with its directories, over one of the same name; `partials` is a folder on the same disk for what is not finished. */
export async function writeDurably(path: string, bytes: Uint8Array, partials: string): Promise<void> {
  const partial = join(partials, randomUUID());
  await makeDurableFolder(partials);
  await makeDurableFolder(dirname(path));
  try {
    await synced(partial, 'wx', (file) => file.writeFile(bytes));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a folder with its parents; each that is new is known to the disk afterwards. */
async function makeDurableFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** A name in a folder is on the disk only when the folder is (fsync(2)). */
export async function syncFolder(path: string): Promise<void> {
  await synced(path, 'r', async () => undefined);
}

async function synced(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
