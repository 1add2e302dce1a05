/** What a store knows of its profiles without reading their entries again. It may be lost at any time: the entries are the truth. */
import type { ProfileQuery, StoredProfile } from '../../model/profile-store.ts';
import { entryFile } from './entry.ts';
import { byTime, matches } from './matching.ts';

/** What has changed in a folder of entries since it was last looked at. */
interface FolderChange {
  readonly folder: string;
  /** The folder's stamp before it was looked at; see `Folder`. */
  readonly stamp: string | undefined;
  readonly added: readonly StoredProfile[];
  /** Files that are there no longer. */
  readonly gone: readonly string[];
}

/** Profiles by folder, and what is asked of them. */
export interface ProfileIndex {
  /** Folders with their stamps. */
  folders(): ReadonlyMap<string, string | undefined>;
  /** The entry files of a folder that it knows. */
  files(folder: string): ReadonlySet<string>;
  learn(change: FolderChange): void;
  /** Oldest first. */
  find(query: ProfileQuery): readonly StoredProfile[];
  get(id: string): StoredProfile | undefined;
  /** Sorted. */
  services(): readonly string[];
}

/** An index in this process alone. */
export function createMemoryIndex(): ProfileIndex {
  const folders = new Map<string, { stamp: string | undefined; files: Map<string, StoredProfile> }>();
  const all = () => [...folders.values()].flatMap(({ files }) => [...files.values()]);
  return {
    folders: () => new Map([...folders].map(([name, { stamp }]) => [name, stamp])),
    files: (folder) => new Set(folders.get(folder)?.files.keys()),
    learn: ({ folder, stamp, added, gone }) => {
      const files = folders.get(folder)?.files ?? new Map<string, StoredProfile>();
      for (const profile of added) files.set(entryFile(profile), profile);
      for (const file of gone) files.delete(file);
      folders.set(folder, { stamp, files });
    },
    find: (query) => {
      const found = all()
        .filter((profile) => matches(profile, query))
        .sort(byTime);
      return query.limit === undefined ? found : found.slice(Math.max(0, found.length - query.limit));
    },
    get: (id) => all().find((profile) => profile.id === id),
    services: () => [...new Set(all().map(({ service }) => service))].sort(),
  };
}
