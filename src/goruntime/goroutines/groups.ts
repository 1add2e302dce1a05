/** A goroutine profile to groups of goroutines: by stack, and by what they wait for. */
import { framesOf, type PprofProfile, ProfileError } from '../profile/types.ts';
import { waitOf } from './wait-reason.ts';

/** Goroutines that share a stack; frames are innermost first. */
export interface GoroutineGroup {
  readonly count: number;
  readonly reason: string;
  readonly site: string;
  readonly frames: readonly string[];
}

/** The groups of one profile, largest first; their counts sum to `total`, which leaves out the goroutines of the look itself. */
export interface GoroutineGroups {
  readonly total: number;
  readonly groups: readonly GoroutineGroup[];
}

/** The groups in a goroutine profile; throws a ProfileError when the profile is of another kind. */
export function groupGoroutines(profile: PprofProfile): GoroutineGroups {
  const column = profile.sampleTypes.findIndex(({ type, unit }) => type.startsWith('goroutine') && unit === 'count');
  if (column < 0) {
    const types = profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ');
    throw new ProfileError('other kind', `not a goroutine profile: it has ${types || 'no values'}`);
  }
  const byStack = new Map<string, GoroutineGroup>();
  let overHttp = false;
  for (const { locations, values } of profile.samples) {
    const frames = framesOf({ locations });
    const wait = waitOf(frames);
    if (!wait) {
      if (frames.includes('net/http.(*conn).serve')) overHttp = true;
      continue;
    }
    // Stacks that differ in labels or in line numbers only are one group.
    const key = frames.join('\n');
    const count = Number(values[column] ?? 0n) + (byStack.get(key)?.count ?? 0);
    byStack.set(key, { count, ...wait, frames });
  }
  if (overHttp) dropWatcher(byStack);
  return largestFirst(byStack.values());
}

/** These groups in the order in which they are shown, and their total. */
export function largestFirst<Group extends GoroutineGroup>(
  unsorted: Iterable<Group>,
): { total: number; groups: Group[] } {
  const groups = [...unsorted].sort((a, b) => b.count - a.count || (a.site < b.site ? -1 : 1));
  return { total: groups.reduce((sum, { count }) => sum + count, 0), groups };
}

/** How many goroutines wait for each reason. */
export function countByReason(groups: readonly GoroutineGroup[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { reason, count } of groups) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return counts;
}

/** All frames that a goroutine may have which watches a connection and has not run yet; as a rule it has none. */
export const watcherToBe = /^net\/http\.\(\*connReader\)\.startBackgroundRead\.|^runtime\.goexit$/;
/** What net/http runs to notice that the client of a request has gone. */
export const watcher = 'net/http.(*connReader).backgroundRead';

/**
 * Leaves out the goroutine that net/http makes to watch the connection of the look: it is so new that it would be a
 * runnable goroutine in almost every profile; else it is one of those that wait for their client.
 */
function dropWatcher(byStack: Map<string, GoroutineGroup>): void {
  const own =
    [...byStack].find(([, { frames }]) => frames.every((frame) => watcherToBe.test(frame))) ??
    [...byStack].find(([, { frames }]) => frames.includes(watcher));
  if (!own) return;
  const [key, group] = own;
  if (group.count > 1) byStack.set(key, { ...group, count: group.count - 1 });
  else byStack.delete(key);
}
