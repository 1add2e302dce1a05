/** A store on local disk: each name is a file below one directory. */
import { join } from 'node:path';
import { createDurableFiles } from '../../host/durable-files.ts';
import { isThere } from '../../host/file-tree.ts';
import { filesIn, foldersIn, readBytesIfAny } from '../../host/files.ts';
import type { Storage } from './storage.ts';

/** A folder that changed a moment ago may change once more without another time: the clock of file systems ticks every 1 to 10 ms. */
const tickMs = 2000;

/** No `put` takes as long, unless its process was stopped; it then fails, and nothing is lost that was answered for. */
const abandonedMs = 3_600_000;

/** Storage in a directory, which is made when something is put into it. */
export function createDiskStorage(directory: string, wallMs: () => number): Storage {
  const durable = createDurableFiles(directory, 'partial');
  const pathOf = (name: string) => join(directory, name);
  return {
    place: directory,
    put: durable.write,
    get: (name) => readBytesIfAny(pathOf(name)),
    has: async (name) => isThere(pathOf(name)),
    delete: durable.remove,
    move: durable.move,
    list: (folder) => filesIn(pathOf(folder)),
    folders: async (folder) =>
      (await foldersIn(pathOf(folder))).map(({ name, changedNs }) => ({
        name,
        stamp: wallMs() - Number(changedNs / 1_000_000n) > tickMs ? String(changedNs) : undefined,
      })),
    sweep: () => durable.sweep(wallMs() - abandonedMs),
    close: async () => undefined,
  };
}
