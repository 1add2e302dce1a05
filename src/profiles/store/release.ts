/**
 * How bytes go that no profile has any more, beside processes that may be storing the same bytes at this moment: they are put aside, the entries are
 * looked at once more, and what an entry names by then is put back. A writer looks after its entry whether its bytes are still there.
 */
import type { TimeWindow } from './catch-up.ts';
import { secondsOf } from './profile-id.ts';
import type { ProfileIndex } from './profile-index.ts';
import type { Storage } from './storage.ts';

/** So long a remover may take, and longer: what is older was put aside by one that was killed. */
const removedWithinSeconds = 3600;
const aside = 'aside';
const contents = 'content';

/** What decides whether bytes may go. */
interface ReleaseParts {
  readonly storage: Storage;
  readonly index: ProfileIndex;
  readonly newId: () => string;
  /** Brings the index to what lies in the storage. */
  readonly lookAgain: (window: TimeWindow) => Promise<void>;
}

/** A function that removes those of some names of bytes that no profile has; returns how many. */
export function createRelease({ storage, index, newId, lookAgain }: ReleaseParts) {
  const unnamed = async (names: readonly string[]) => {
    await lookAgain({});
    const named = index.contents(names.map(sha256In));
    return names.filter((name) => !named.has(sha256In(name)));
  };
  return async (names: readonly string[]): Promise<number> => {
    // Each remover has names of its own: what another has put aside is not there for this one to put back or to delete.
    const mark = newId();
    const moved: { readonly from: string; readonly to: string }[] = [];
    const isAside = (name: string) => name.startsWith(`${aside}/`);
    const free = await unnamed(names.filter((name) => !isAside(name)));
    for (const from of [...free, ...names.filter(isAside)]) {
      const to = `${aside}/${mark}-${fileIn(from)}`;
      if (await storage.move(from, to)) moved.push({ from, to });
    }
    const gone = new Set(await unnamed(moved.map(({ to }) => to)));
    for (const { to } of moved) {
      if (gone.has(to)) await storage.delete(to);
      else await storage.move(to, home(fileIn(to)));
    }
    return gone.size;
  };
}

/**
 * All names of bytes in a storage: also those that a process put aside which was killed. A remover that lives may yet have to delete what it copied
 * aside, and then to put the copy back, so nobody touches that before it has surely ended; `nowId` is an id of this moment.
 */
export async function leftovers(storage: Storage, nowId: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name } of await storage.folders(contents))
    for (const file of await storage.list(`${contents}/${name}`)) names.push(`${contents}/${name}/${file}`);
  const ended = secondsOf(nowId) - removedWithinSeconds;
  for (const file of await storage.list(aside)) if (secondsOf(file) < ended) names.push(`${aside}/${file}`);
  return names.filter((name) => sha256In(name) !== '');
}

/** The bytes that belong under a name, where somebody has them aside at the moment. */
export async function asideOf(storage: Storage, name: string): Promise<Uint8Array | undefined> {
  const file = (await storage.list(aside)).find((each) => fileIn(each) === fileIn(name));
  return file === undefined ? undefined : await storage.get(`${aside}/${file}`);
}

function home(file: string): string {
  return `${contents}/${file.slice(0, 2)}/${file}`;
}

/** The name of bytes without its folders, and without the mark of who put them aside. */
function fileIn(name: string): string {
  return name.replace(/^.*[/]/, '').replace(/^[0-9a-v]{20}-/, '');
}

function sha256In(name: string): string {
  return /^([0-9a-f]{64})\./.exec(fileIn(name))?.[1] ?? '';
}
