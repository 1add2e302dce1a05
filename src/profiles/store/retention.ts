/** Which profiles a store need not keep, and their removal. */
import type { StoredProfile } from '../../model/profile-store.ts';
import type { TidyStore } from './profile-store.ts';

/** How much is kept at most; what is left out has no limit. */
export interface RetentionLimits {
  /** By a profile's own time. */
  readonly olderThanMs?: number | undefined;
  /** Of all bytes, those that several profiles share counted once. */
  readonly maxBytes?: number | undefined;
}

/** What is beyond the limits, of profiles that come oldest first: the old ones, then the oldest until the rest fits. */
export function beyondLimits(
  profiles: readonly StoredProfile[],
  { olderThanMs, maxBytes }: RetentionLimits,
  nowMs: number,
): readonly StoredProfile[] {
  const oldestNs = olderThanMs === undefined ? undefined : BigInt(Math.floor((nowMs - olderThanMs) * 1000)) * 1000n;
  const young = oldestNs === undefined ? profiles : profiles.filter(({ createdNs }) => createdNs >= oldestNs);
  const uses = new Map<string, number>();
  for (const { sha256 } of young) uses.set(sha256, (uses.get(sha256) ?? 0) + 1);
  let rest = storedBytes(young);
  const kept = new Set(young);
  for (const profile of young) {
    if (maxBytes === undefined || rest <= maxBytes) break;
    const left = (uses.get(profile.sha256) ?? 1) - 1;
    uses.set(profile.sha256, left);
    if (left === 0) rest -= profile.bytes;
    kept.delete(profile);
  }
  return profiles.filter((profile) => !kept.has(profile));
}

/** The bytes that profiles take, those that several share counted once. */
export function storedBytes(profiles: readonly StoredProfile[]): number {
  let sum = 0;
  for (const bytes of new Map(profiles.map(({ sha256, bytes }) => [sha256, bytes])).values()) sum += bytes;
  return sum;
}

/** What a store was relieved of. */
export interface Pruned {
  readonly removed: readonly StoredProfile[];
  readonly kept: readonly StoredProfile[];
  /** Files of killed processes that no profile has; undefined where nothing was removed. */
  readonly leftovers: number | undefined;
}

/** Holds a store to limits, beside those that use it; `dryRun` only says what would go, and of `most` the rest is left for another time. */
export async function pruneStore(
  store: TidyStore,
  limits: RetentionLimits,
  nowMs: number,
  { dryRun, most }: { readonly dryRun: boolean; readonly most?: number },
): Promise<Pruned> {
  const all = await store.find({});
  const removed = beyondLimits(all, limits, nowMs).slice(0, most);
  if (!dryRun) await store.remove(removed);
  const gone = new Set(removed);
  return {
    removed,
    kept: all.filter((profile) => !gone.has(profile)),
    leftovers: dryRun ? undefined : await store.tidy(),
  };
}
