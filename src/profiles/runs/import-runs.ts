/** Profiles of runs into a store, where they stay when the directories of the runs are gone. */
import type { ProfileSource, ProfileStore, StoredLabel, StoredProfile } from '../../model/profile-store.ts';

/** How many were added, and how many were there already. */
interface Imported {
  readonly added: number;
  readonly known: number;
}

/** Adds every profile of a source of runs that the store has not from the same run, target and moment: again is as good as once. */
export async function importRuns(source: ProfileSource, store: ProfileStore): Promise<Imported> {
  let [added, known] = [0, 0];
  for (const profile of await source.find({})) {
    if (await has(store, profile)) {
      known += 1;
      continue;
    }
    const content = await source.read(profile);
    if (!content) continue;
    const { id: _, sha256: __, bytes: ___, ...about } = profile;
    await store.put({ ...about, content });
    added += 1;
  }
  return { added, known };
}

async function has(store: ProfileStore, { service, type, labels, createdNs, sha256 }: StoredProfile): Promise<boolean> {
  const own = labels.filter(({ key }) => ['run', 'target', 'step'].includes(key));
  const same = await store.find({ service, type, labels: own, fromNs: createdNs, toNs: createdNs });
  return same.some((each) => each.sha256 === sha256 && textOf(each.labels) === textOf(labels));
}

/** Stores of older versions have no count of requests. */
function textOf(labels: readonly StoredLabel[]): string {
  return JSON.stringify(labels.filter(({ key }) => key !== 'requests').map(({ key, value }) => [key, value]));
}
