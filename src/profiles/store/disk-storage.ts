/** A store on local disk: each name is a file below one directory. */
import { join } from 'node:path';
import { syncFolder, writeDurably } from '../../host/durable-files.ts';
import { isThere } from '../../host/file-tree.ts';
import { filesIn, foldersIn, readBytesIfAny, removeTree } from '../../host/files.ts';
import type { Storage } from './storage.ts';

/** What was begun when its process was killed lies here, where no reader looks. */
const partials = 'partial';

/** A folder that changed a moment ago may change once more without another time: the clock of file systems ticks every 1 to 10 ms. */
const tickMs = 2000;

/** Storage in a directory, which is made when something is put into it. */
export function createDiskStorage(directory: string, wallMs: () => number): Storage {
  const pathOf = (name: string) => join(directory, name);
  return {
    place: directory,
    put: (name, bytes) => writeDurably(pathOf(name), bytes, pathOf(partials)),
    get: (name) => readBytesIfAny(pathOf(name)),
    has: async (name) => isThere(pathOf(name)),
    delete: async (name) => {
      await removeTree(pathOf(name));
      const folder = pathOf(join(name, '..'));
      if (isThere(folder)) await syncFolder(folder);
    },
    list: (folder) => filesIn(pathOf(folder)),
    folders: async (folder) =>
      (await foldersIn(pathOf(folder))).map(({ name, changedNs }) => ({
        name,
        stamp: wallMs() - Number(changedNs / 1_000_000n) > tickMs ? String(changedNs) : undefined,
      })),
  };
}
