/** Several sources as one: a store beside the directories of runs. */
import type { ProfileQuery, ProfileSource, StoredProfile } from '../model/profile-store.ts';
import { onlyOnce } from './only-once.ts';

/** Reads over all of them; a profile that two have, or one has twice, is there once, and the first one's. Closing it closes them. */
export function allSources(sources: readonly ProfileSource[]): ProfileSource {
  const home = new WeakMap<StoredProfile, ProfileSource>();
  const at = (source: ProfileSource, profile: StoredProfile) => {
    home.set(profile, source);
    return profile;
  };
  const get = async (id: string) => {
    for (const source of sources) {
      const profile = await source.get(id);
      if (profile) return at(source, profile);
    }
    return undefined;
  };
  return {
    async find(query) {
      const found = await Promise.all(
        sources.map(async (source) => (await source.find(query)).map((profile) => at(source, profile))),
      );
      return newest(onlyOnce(found.flat()).toSorted(byTime), query);
    },
    get,
    async read(profile) {
      const own = home.get(profile);
      if (own) return await own.read(profile);
      // A copy of what was found: only its id tells where it came from.
      const known = await get(profile.id);
      const source = known && home.get(known);
      return await (source ?? sources[0] ?? nowhere).read(profile);
    },
    async services() {
      const names = await Promise.all(sources.map((source) => source.services()));
      return [...new Set(names.flat())].toSorted();
    },
    async close() {
      for (const source of sources) await source.close();
    },
  };
}

const nowhere = {
  async read(profile: StoredProfile): Promise<never> {
    throw new Error(`there is no source that profile ${profile.id} could be read from`);
  },
};

function byTime(a: StoredProfile, b: StoredProfile): number {
  if (a.createdNs !== b.createdNs) return a.createdNs < b.createdNs ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

function newest(profiles: readonly StoredProfile[], { limit }: ProfileQuery): readonly StoredProfile[] {
  return limit === undefined ? profiles : profiles.slice(-limit);
}
