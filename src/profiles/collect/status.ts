/** What a collector says of itself, from what it knows of its targets. */
import { shownUrl } from '../../host/page-url.ts';
import {
  type CollectedTarget,
  type CollectOutcome,
  type CollectStatus,
  collectOutcomes,
  type PruneStatus,
  type TriedType,
} from '../../model/collect-status.ts';
import type { Collected, Slot } from './collected.ts';
import type { CollectorCounts } from './collector.ts';
import type { DiscoveryPlan, FoundBy } from './target-plan.ts';

/** A discovery with what became of its targets. */
export interface PlannedDiscovery extends DiscoveryPlan {
  readonly by: FoundBy;
}

/** Everything the status is made of; times in milliseconds since 1970. */
export interface StatusParts {
  readonly nowMs: number;
  readonly startedMs: number;
  readonly to: string;
  readonly prune: PruneStatus | undefined;
  readonly discoveries: readonly PlannedDiscovery[];
  readonly collected: readonly Collected[];
  readonly counts: CollectorCounts;
}

/** The status of a moment, without any password. */
export function statusOf({ nowMs, startedMs, to, prune, discoveries, collected, counts }: StatusParts): CollectStatus {
  const { tries, ...totals } = counts;
  const none = Object.fromEntries(collectOutcomes.map((outcome) => [outcome, 0])) as Record<CollectOutcome, number>;
  return {
    schemaVersion: 1,
    kind: 'collect-status',
    at: timeText(nowMs),
    startedAt: timeText(startedMs),
    to,
    ...(prune ? { prune } : {}),
    discoveries: discoveries.map(({ by: { name, found }, targets, leftOut, notes }) => ({
      name,
      targets: targets.length,
      leftOut,
      notes: [...notes],
      ...(found.stale === undefined ? {} : { stale: found.stale }),
    })),
    targets: collected.map(targetStatus),
    totals: { ...totals, tries: { ...none, ...tries } },
  };
}

function targetStatus({ planned, slots, answers }: Collected): CollectedTarget {
  const { id, service, url, how, discovery, labels } = planned;
  return {
    ...{ id, service, url: shownUrl(url), how, discovery, labels },
    ...(answers === undefined ? {} : { answers }),
    types: slots.map(typeStatus),
  };
}

function typeStatus({ planned, seconds, tried, message, lastOkMs, dueMs, underWay, kept, bytes }: Slot): TriedType {
  return {
    type: planned.type,
    ...(tried ? { outcome: tried.outcome, lastAt: timeText(tried.endMs) } : {}),
    ...(message === undefined ? {} : { message }),
    ...(lastOkMs === undefined ? {} : { lastOkAt: timeText(lastOkMs) }),
    ...(dueMs === undefined || underWay ? {} : { nextDueAt: timeText(dueMs) }),
    underWay: underWay !== undefined,
    ...{ kept, bytes, seconds },
  };
}

function timeText(ms: number): string {
  return new Date(Math.round(ms)).toISOString();
}
