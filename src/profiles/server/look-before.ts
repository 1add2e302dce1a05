/** Counters say what was done between two looks at a process: where one was chosen, the look before it is the other. */
import { isCounting } from '../../analysis/profiles/slices.ts';
import { groupBy } from '../../model/group-by.ts';
import type { ProfileSource, StoredProfile } from '../../model/profile-store.ts';
import { instanceOf } from './instances.ts';

/** A profile to be read, and the one whose labels its samples get. */
export interface Look {
  readonly stored: StoredProfile;
  readonly labelled: StoredProfile;
}

/** These profiles in their order, each that is the only one of its process behind the look before it, whatever that one's labels of steps are. */
export async function withLooksBefore(
  profiles: readonly StoredProfile[],
  instanceKeys: readonly string[],
  source: Pick<ProfileSource, 'find'>,
): Promise<readonly Look[]> {
  const byProcess = groupBy(profiles, (profile) => instanceOf(profile, instanceKeys));
  const single = profiles.filter(
    (profile) => isCounting(profile) && byProcess.get(instanceOf(profile, instanceKeys))?.length === 1,
  );
  const before = await looksBefore(single, instanceKeys, source);
  return profiles.flatMap((labelled) => {
    const own = before.get(labelled);
    return [...(own ? [{ stored: own, labelled }] : []), { stored: labelled, labelled }];
  });
}

/** Of each the latest before it of its process; a service may have hundreds of processes, and is looked through once. */
async function looksBefore(
  profiles: readonly StoredProfile[],
  instanceKeys: readonly string[],
  source: Pick<ProfileSource, 'find'>,
): Promise<ReadonlyMap<StoredProfile, StoredProfile>> {
  const found = new Map<StoredProfile, StoredProfile>();
  for (const own of groupBy(profiles, ({ service, type }) => `${type} ${service}`).values()) {
    const [first] = own;
    const latest = own
      .map(({ createdNs }) => createdNs)
      .toSorted((a, b) => Number(a - b))
      .at(-1);
    if (!first || latest === undefined) continue;
    const wanted = new Map(own.map((profile) => [instanceOf(profile, instanceKeys), profile]));
    const { service, type } = first;
    for (const each of await source.find({ service, type, toNs: latest - 1n })) {
      const profile = isCounting(each) ? wanted.get(instanceOf(each, instanceKeys)) : undefined;
      if (profile && each.createdNs < profile.createdNs) found.set(profile, each);
    }
  }
  return found;
}
