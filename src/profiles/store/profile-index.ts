/** What a store knows of its profiles without reading their entries again. It may be lost at any time: the entries are the truth. */
import type { ProfileQuery, StoredProfile } from '../../model/profile-store.ts';

/** Profiles by the folder of their entries, and what is asked of them. Each process has one of its own. */
export interface ProfileIndex {
  /** Folders with their stamps, as they were when `learn` was told of them. */
  folders(): ReadonlyMap<string, string | undefined>;
  /** Of the profiles that it knows in a folder. */
  ids(folder: string): ReadonlySet<string>;
  learn(change: FolderChange): void;
  /** Takes a folder for one that is there no longer. */
  forget(folder: string): void;
  /** Oldest first. */
  find(query: ProfileQuery): readonly StoredProfile[];
  get(id: string): StoredProfile | undefined;
  /** Sorted. */
  services(): readonly string[];
  /** Those of some contents that a profile is of. */
  contents(sha256s: readonly string[]): ReadonlySet<string>;
}

/** What has changed in a folder of entries since it was last looked at. */
interface FolderChange {
  readonly folder: string;
  /** The folder's stamp before it was looked at; see `Folder`. */
  readonly stamp: string | undefined;
  readonly added: readonly StoredProfile[];
  /** Ids of profiles that are there no longer. */
  readonly gone: readonly string[];
}
