/** Which profiles of a process are to be held against each other: counters count on from one snapshot to the next. */
import { groupBy } from '../../model/group-by.ts';
import type { StoredProfile, StoredType } from '../../model/profile-store.ts';

/** Profiles of one process that follow one another, oldest first. */
export interface Slice {
  /** Another for each process, and for each stretch of its time. */
  readonly instance: string;
  /** The snapshot that the counters of the first are counted from; undefined where there is none, or no counters. */
  readonly before: StoredProfile | undefined;
  readonly profiles: readonly StoredProfile[];
}

/** Labels that change while a process lives. */
const changing: ReadonlySet<string> = new Set(['step', 'rps', 'requests']);

const counting: ReadonlySet<StoredType> = new Set<StoredType>(['heap', 'allocs', 'mutex', 'block']);

/** Whether a profile counts from the start of its process; one over a time of its own is a difference already. */
export function isCounting({ type, durationNs }: StoredProfile): boolean {
  return counting.has(type) && durationNs === 0n;
}

/** The value of a label; undefined when the profile has none of that key. */
export function labelOf({ labels }: Pick<StoredProfile, 'labels'>, key: string): string | undefined {
  return labels.find((label) => label.key === key)?.value;
}

/**
 * The wanted ones of these profiles, by process: a service, a type and labels, but for those of steps. Where others of the process lie
 * between them they are slices of their own.
 */
export function slicesOf(
  profiles: readonly StoredProfile[],
  isWanted: (profile: StoredProfile) => boolean,
): readonly Slice[] {
  const series = groupBy(profiles, ({ service, type, labels }) =>
    JSON.stringify([
      service,
      type,
      labels.filter(({ key }) => !changing.has(key)).map(({ key, value }) => [key, value]),
    ]),
  );
  return [...series].flatMap(([key, same]) => {
    // Where snapshots are of the ends of steps, one of no step is where the first step begins.
    const hasSteps = same.some((profile) => labelOf(profile, 'step') !== undefined);
    const isEdge = (profile: StoredProfile) =>
      hasSteps && isCounting(profile) && labelOf(profile, 'step') === undefined;
    return stretchesOf(key, same.toSorted(byTime), (profile) => isWanted(profile) && !isEdge(profile));
  });
}

function stretchesOf(
  key: string,
  sorted: readonly StoredProfile[],
  isWanted: (profile: StoredProfile) => boolean,
): Slice[] {
  const slices: Slice[] = [];
  let open: StoredProfile[] = [];
  let before: StoredProfile | undefined;
  for (const profile of sorted) {
    if (isWanted(profile)) {
      if (open.length === 0) {
        open = [profile];
        slices.push({ instance: `${key}#${slices.length}`, before, profiles: open });
      } else open.push(profile);
    } else open = [];
    before = isCounting(profile) ? profile : undefined;
  }
  return slices;
}

function byTime(a: StoredProfile, b: StoredProfile): number {
  if (a.createdNs !== b.createdNs) return a.createdNs < b.createdNs ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
