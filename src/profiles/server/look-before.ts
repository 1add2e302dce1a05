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
  const looks: Look[] = [];
  for (const labelled of profiles) {
    const process = instanceOf(labelled, instanceKeys);
    if (byProcess.get(process)?.length === 1 && isCounting(labelled)) {
      const { service, type, createdNs } = labelled;
      const earlier = await source.find({ service, type, toNs: createdNs - 1n });
      const before = earlier.findLast((each) => isCounting(each) && instanceOf(each, instanceKeys) === process);
      if (before) looks.push({ stored: before, labelled });
    }
    looks.push({ stored: labelled, labelled });
  }
  return looks;
}
