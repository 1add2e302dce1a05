/** Profiles into a store of this machine. */
import type { ProfileStore } from '../../model/profile-store.ts';
import type { Pruning } from '../store/pruning.ts';
import type { CollectSink } from './take.ts';

/** A sink of a store, which is closed with it, after whatever is being removed from it; `name` is for people. */
export function storeSink(name: string, store: ProfileStore, pruning?: Pruning): CollectSink {
  return {
    name,
    keep: async (profile) => {
      await store.put(profile);
    },
    pruned: () => pruning?.status(),
    close: async () => {
      await pruning?.end();
      await store.close();
    },
  };
}
