/** Brings an index to what lies in the storage: only the folders that may have changed are listed, only entries that are new are read. */
import type { StoredProfile } from '../../model/profile-store.ts';
import { dayFolder, entriesFolder, readEntry } from './entry.ts';
import type { ProfileIndex } from './profile-index.ts';
import type { Storage } from './storage.ts';

/** Of which time the index must know all; ends that are left out are open. */
export interface TimeWindow {
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
}

/** How many entries are read at the same time. */
const atOnce = 32;

/** Afterwards the index knows each profile of the window whose `put` resolved before the call. */
export async function catchUp(
  storage: Storage,
  index: ProfileIndex,
  { fromNs, toNs }: TimeWindow,
  warn: (message: string) => void,
): Promise<void> {
  const first = fromNs === undefined ? '' : dayFolder(fromNs);
  const last = toNs === undefined ? '\uffff' : dayFolder(toNs);
  const isWanted = (name: string) => name >= first && name <= last;
  const there = new Map((await storage.folders(entriesFolder)).map(({ name, stamp }) => [name, stamp]));
  const known = index.folders();
  for (const folder of new Set([...there.keys(), ...known.keys()])) {
    const stamp = there.get(folder);
    if (!isWanted(folder) || (stamp !== undefined && stamp === known.get(folder))) continue;
    await lookInto(storage, index, folder, stamp, warn);
  }
}

async function lookInto(
  storage: Storage,
  index: ProfileIndex,
  folder: string,
  stamp: string | undefined,
  warn: (message: string) => void,
): Promise<void> {
  const files = new Set(await storage.list(`${entriesFolder}/${folder}`));
  const known = index.files(folder);
  const fresh = [...files].filter((file) => !known.has(file));
  const added: StoredProfile[] = [];
  for (let at = 0; at < fresh.length; at += atOnce) {
    const read = fresh.slice(at, at + atOnce).map((file) => readOne(storage, folder, file, warn));
    for (const profile of await Promise.all(read)) if (profile) added.push(profile);
  }
  index.learn({ folder, stamp, added, gone: [...known].filter((file) => !files.has(file)) });
}

async function readOne(
  storage: Storage,
  folder: string,
  file: string,
  warn: (message: string) => void,
): Promise<StoredProfile | undefined> {
  const name = `${entriesFolder}/${folder}/${file}`;
  const bytes = await storage.get(name);
  // Somebody removed it since the folder was listed.
  if (!bytes) return undefined;
  const profile = readEntry(folder, file, Buffer.from(bytes).toString());
  if (!profile) warn(`${storage.place}: ${name} is no entry of a profile, and is left out`);
  return profile;
}
