/** The goroutines of one moment to what they say: by state, in groups, and what looks like a leak or a lock that many wait for. */
import type { DumpGroups } from '../../goruntime/goroutines/dump-groups.ts';
import { countByReason, type GoroutineGroup } from '../../goruntime/goroutines/groups.ts';
import type { InspectedGroup, Snapshot } from '../../model/inspected-goroutines.ts';
import { judgeLeaks } from './leaks.ts';
import { judgeLocks } from './locks.ts';

/** The groups of a dump as they are shown; what was not said is left out. */
export function groupsOfDump(groups: DumpGroups['groups']): InspectedGroup[] {
  return groups.map(({ longestWaitMinutes, createdBy, lockedToThread, leaked, exampleId, ...group }) => ({
    ...group,
    ...(longestWaitMinutes === undefined ? {} : { longestWaitMinutes }),
    ...(createdBy.length > 0 ? { createdBy } : {}),
    ...(lockedToThread > 0 ? { lockedToThread } : {}),
    ...(leaked > 0 ? { leaked } : {}),
    exampleId,
  }));
}

/** A snapshot of these groups, largest first, with what can be said of it. */
export function snapshotOf(
  about: Pick<Snapshot, 'name' | 'cause' | 'place' | 'ofTheLook' | 'withoutStack'>,
  total: number,
  groups: readonly InspectedGroup[],
): Snapshot {
  const byReason = [...countByReason(groups satisfies readonly GoroutineGroup[])]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
  return { ...about, total, byReason, groups, judgements: [...judgeLocks(groups), ...judgeLeaks(groups)] };
}
