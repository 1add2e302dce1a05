/** Whether a profile is one of those that are asked for. */
import type { KnownProfile, ProfileQuery, StoredProfile } from '../../model/profile-store.ts';

/** Whether a profile is what a query wants, its limit aside. */
export function matches(profile: KnownProfile, { service, type, labels = [], fromNs, toNs }: ProfileQuery): boolean {
  return (
    (service === undefined || profile.service === service) &&
    (type === undefined || profile.type === type) &&
    (fromNs === undefined || profile.createdNs >= fromNs) &&
    (toNs === undefined || profile.createdNs <= toNs) &&
    labels.every(({ key, value }) => profile.labels.some((own) => own.key === key && own.value === value))
  );
}

/** Oldest first; those of one time in the order of their ids. */
export function byTime(a: StoredProfile, b: StoredProfile): number {
  if (a.createdNs !== b.createdNs) return a.createdNs < b.createdNs ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
