/** Files that survive a kill of the process and a crash of the machine, and that nobody ever sees half of. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesIn, isMissing } from './files.ts';

/** Files below one directory, by paths within it. What resolves is on the disk. */
export interface DurableFiles {
  /** Writes a whole file with its folders, over one of the same name. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a file another name, over one that has it; false when there is no such file. */
  move(from: string, to: string): Promise<boolean>;
  /** Nothing there is no failure. */
  remove(path: string): Promise<void>;
  /** Removes what was begun before a time and never finished; returns how many files. Who still writes one of them fails. */
  sweep(beforeMs: number): Promise<number>;
}

/** The files below `root`; in its folder `partials` lies what is being written, and what was when its process was killed. */
export function createDurableFiles(root: string, partials: string): DurableFiles {
  const known = new Set<string>();
  const makeFolder = async (path: string) => {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined && known.has(path)) return;
    // Also one that another process made a moment ago may not be on the disk yet.
    const top = first !== undefined && first.length < root.length ? first : root;
    for (let made = path; made.length >= top.length; made = dirname(made)) await syncFolder(dirname(made));
    known.add(path);
  };
  return {
    write: async (path, bytes) => {
      const whole = join(root, path);
      const partial = join(root, partials, randomUUID());
      await makeFolder(dirname(partial));
      await makeFolder(dirname(whole));
      try {
        await synced(partial, 'wx', (file) => file.writeFile(bytes));
        await rename(partial, whole);
      } catch (error) {
        await rm(partial, { force: true }).catch(() => undefined);
        throw error;
      }
      await syncFolder(dirname(whole));
    },
    move: async (from, to) => {
      await makeFolder(dirname(join(root, to)));
      if (!(await isDone(rename(join(root, from), join(root, to))))) return false;
      await syncFolder(dirname(join(root, to)));
      await syncFolder(dirname(join(root, from)));
      return true;
    },
    remove: async (path) => {
      if (await isDone(unlink(join(root, path)))) await syncFolder(dirname(join(root, path)));
    },
    sweep: async (beforeMs) => {
      let swept = 0;
      for (const name of await filesIn(join(root, partials))) {
        const path = join(root, partials, name);
        const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? beforeMs;
        if (changedMs < beforeMs && (await isDone(unlink(path)))) swept += 1;
      }
      return swept;
    },
  };
}

/** Whether there was a file to do it to; other failures throw. */
async function isDone(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** A name in a folder is on the disk only when the folder is (fsync(2)). */
async function syncFolder(path: string): Promise<void> {
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
