/** Profiles into a store of this machine. */
import type { ProfileStore } from '../../model/profile-store.ts';
import type { CollectSink } from './take.ts';

/** A sink of a store, which is closed with it; `name` is for people. */
export function storeSink(name: string, store: ProfileStore): CollectSink {
  return {
    name,
    keep: async (profile) => {
      await store.put(profile);
    },
    close: () => store.close(),
  };
}
