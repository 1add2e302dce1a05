/** An index as its contract says it, in the simplest way: what others are held against. */
import type { StoredProfile } from '../../src/model/profile-store.ts';
import { dayWindow } from '../../src/profiles/store/entry.ts';
import type { KeptIndex } from '../../src/profiles/store/kept-index.ts';
import { byTime, matches } from '../../src/profiles/store/matching.ts';

export function createMemoryIndex(): KeptIndex {
  const profiles = new Map<string, StoredProfile>();
  const folders = new Map<string, string | undefined>();
  const within = (folder: string) =>
    [...profiles.values()].filter(({ createdNs }) => {
      const day = dayWindow(folder);
      return day && createdNs >= day.fromNs && createdNs <= day.toNs;
    });
  return {
    folders: () => new Map(folders),
    ids: (folder) => new Set(within(folder).map(({ id }) => id)),
    learn: ({ folder, stamp, added, gone }) => {
      for (const id of gone) profiles.delete(id);
      for (const each of added) if (!profiles.has(each.id)) profiles.set(each.id, each);
      folders.set(folder, stamp);
    },
    forget: (folder) => {
      for (const { id } of within(folder)) profiles.delete(id);
      folders.delete(folder);
    },
    find: (query) => {
      const found = [...profiles.values()].filter((each) => matches(each, query)).sort(byTime);
      return found.slice(query.limit === undefined ? 0 : Math.max(0, found.length - query.limit));
    },
    get: (id) => profiles.get(id),
    services: () => [...new Set([...profiles.values()].map(({ service }) => service))].sort(),
    keep: async () => undefined,
    close: async () => undefined,
    contents: (sha256s) =>
      new Set([...profiles.values()].map(({ sha256 }) => sha256).filter((sha256) => sha256s.includes(sha256))),
  };
}
