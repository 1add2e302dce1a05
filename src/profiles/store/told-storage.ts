/** Storage whose failures say where they happened. */
import { environmentError, messageOf, RampartError } from '../../model/errors.ts';
import type { Storage } from './storage.ts';

/** The same storage; what its disk or server refuses is a RampartError with the place of the store. */
export function toldStorage(storage: Storage): Storage {
  const told = async <T>(doing: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof RampartError) throw error;
      throw environmentError(
        'store-failed',
        `${storage.place}: cannot ${doing}: ${reasonOf(error)}`,
        'What was stored before is not lost; see that the place of the store can be reached, read and written, and is not full.',
        error,
      );
    }
  };
  return {
    place: storage.place,
    put: (name, bytes) => told(`write ${name}`, storage.put(name, bytes)),
    get: (name) => told(`read ${name}`, storage.get(name)),
    has: (name) => told(`look for ${name}`, storage.has(name)),
    delete: (name) => told(`remove ${name}`, storage.delete(name)),
    move: (from, to) => told(`move ${from}`, storage.move(from, to)),
    list: (folder) => told(`list ${folder}`, storage.list(folder)),
    folders: (folder) => told(`list ${folder}`, storage.folders(folder)),
    sweep: () => told('remove what was left', storage.sweep()),
    close: () => storage.close(),
  };
}

/** Servers answer some failures with a name alone, such as `NoSuchBucket`, and a connection that is refused on all addresses with none at all. */
function reasonOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors : [];
  const [first, name] = [inner[0] ?? error, error instanceof Error ? error.name : ''];
  const message = messageOf(first);
  return ['', 'Error', 'AggregateError'].includes(name) || message.includes(name) ? message : `${name}: ${message}`;
}
