/** Brings an index to what lies in the storage: only folders that may have changed are listed, only entries that are new are read. */
import type { StoredProfile } from '../../model/profile-store.ts';
import { dayWindow, entriesFolder, idOfFile, readEntry } from './entry.ts';
import type { ProfileIndex } from './profile-index.ts';
import type { Storage } from './storage.ts';

/** Of which time the index must know all; ends that are left out are open. */
export interface TimeWindow {
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
}

/** How many entries are read at the same time. */
const atOnce = 32;

/** What is brought together. */
export interface CatchUpParts {
  readonly storage: Storage;
  readonly index: ProfileIndex;
  /** Is told once of each file that cannot be used. */
  readonly warn: (message: string) => void;
}

/**
 * A function after which the index knows each profile of a window whose `put` resolved before the call. One look follows the other; calls
 * that come while one goes on share the next.
 */
export function createCatchUp(parts: CatchUpParts): (window: TimeWindow) => Promise<void> {
  const refused = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  let next: { window: TimeWindow; readonly done: Promise<void> } | undefined;
  return (window) => {
    if (next) {
      next.window = joined(next.window, window);
      return next.done;
    }
    const begin = async () => {
      const wanted = next?.window ?? window;
      next = undefined;
      await look(parts, wanted, refused);
    };
    next = { window, done: last.then(begin) };
    last = next.done.catch(() => undefined);
    return next.done;
  };
}

function joined(a: TimeWindow, b: TimeWindow): TimeWindow {
  const fromNs = a.fromNs === undefined || b.fromNs === undefined ? undefined : min(a.fromNs, b.fromNs);
  const toNs = a.toNs === undefined || b.toNs === undefined ? undefined : -min(-a.toNs, -b.toNs);
  return { fromNs, toNs };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

async function look(parts: CatchUpParts, window: TimeWindow, refused: Set<string>): Promise<void> {
  const { storage, index } = parts;
  const there = (await storage.folders(entriesFolder)).filter(({ name }) => isWanted(name, window));
  const known = index.folders();
  for (const { name, stamp } of there)
    if (stamp === undefined || stamp !== known.get(name)) await lookInto(parts, name, stamp, refused);
  const names = new Set(there.map(({ name }) => name));
  for (const name of known.keys()) if (isWanted(name, window) && !names.has(name)) index.forget(name);
}

function isWanted(folder: string, { fromNs, toNs }: TimeWindow): boolean {
  const day = dayWindow(folder);
  return (
    day !== undefined && (fromNs === undefined || day.toNs >= fromNs) && (toNs === undefined || day.fromNs <= toNs)
  );
}

async function lookInto(
  { storage, index, warn }: CatchUpParts,
  folder: string,
  stamp: string | undefined,
  refused: Set<string>,
): Promise<void> {
  const known = index.ids(folder);
  const files = await storage.list(`${entriesFolder}/${folder}`);
  const fresh = files.filter((file) => !known.has(idOfFile(file) ?? '') && !refused.has(`${folder}/${file}`));
  const added: StoredProfile[] = [];
  const readOne = async (file: string) => {
    const name = `${entriesFolder}/${folder}/${file}`;
    const bytes = await storage.get(name);
    // Where there are none, somebody removed it since the folder was listed.
    const profile = bytes && readEntry(folder, file, Buffer.from(bytes).toString());
    if (profile) added.push(profile);
    if (!bytes || profile) return;
    refused.add(`${folder}/${file}`);
    warn(`${storage.place}: ${name} is no entry of a profile that this version reads, and is left out`);
  };
  for (let at = 0; at < fresh.length; at += atOnce) await Promise.all(fresh.slice(at, at + atOnce).map(readOne));
  const ids = new Set(files.map(idOfFile));
  index.learn({ folder, stamp, added, gone: [...known].filter((id) => !ids.has(id)) });
}
