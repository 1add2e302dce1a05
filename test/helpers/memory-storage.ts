/** Storage as its contract says it, in a Map; `before` each call one may wait, so that calls of several processes come in any order. */
import type { Storage } from '../../src/profiles/store/storage.ts';

export function createMemoryStorage(before: () => Promise<void> = async () => undefined): Storage {
  const files = new Map<string, Uint8Array>();
  const step = async <T>(work: () => T): Promise<T> => {
    await before();
    return work();
  };
  const namesIn = (folder: string) =>
    [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1));
  return {
    place: 'memory',
    put: (name, bytes) => step(() => void files.set(name, bytes)),
    get: (name) => step(() => files.get(name)),
    has: (name) => step(() => files.has(name)),
    delete: (name) => step(() => void files.delete(name)),
    // As object storage does it: a copy first, then the deletion, between which others have their turn.
    move: async (from, to) => {
      const bytes = await step(() => files.get(from));
      if (!bytes) return false;
      await step(() => files.set(to, bytes));
      await step(() => files.delete(from));
      return true;
    },
    list: (folder) => step(() => namesIn(folder).filter((name) => !name.includes('/'))),
    folders: (folder) =>
      step(() => {
        const names = namesIn(folder).flatMap((name) => (name.includes('/') ? [name.replace(/[/].*/s, '')] : []));
        return [...new Set(names)].map((name) => ({ name, stamp: undefined }));
      }),
    sweep: async () => 0,
    close: async () => undefined,
  };
}
