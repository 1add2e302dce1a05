/** Profiles that are there twice: sent again because an answer was lost, or brought into a store from a run that is read beside it. */
import type { StoredProfile } from '../model/profile-store.ts';

/** These profiles, in their order, without those that are another one's copy: of the same process and moment, byte for byte. */
export function onlyOnce<Profile extends StoredProfile>(profiles: readonly Profile[]): readonly Profile[] {
  const known = new Set<string>();
  return profiles.filter((profile) => {
    const names = [profile.id, whatIn(profile)];
    const isCopy = names.some((name) => known.has(name));
    for (const name of names) known.add(name);
    return !isCopy;
  });
}

/** How many requests there were is told of a run's profile by its run, and was not by older versions. */
function whatIn({ service, type, labels, createdNs, sha256 }: StoredProfile): string {
  const own = labels.filter(({ key }) => key !== 'requests').map(({ key, value }) => [key, value]);
  return JSON.stringify([service, type, own, String(createdNs), sha256]);
}
