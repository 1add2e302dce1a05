/** What a run says of profiles that it has not: why a selection is smaller than it could be. */
import type { StoredType } from '../../model/profile-store.ts';
import type { RawRun } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';

/** Of the profiles of a type that are missing or empty in these steps, each reason once, with how many it holds for. */
export function runNotes(
  { manifest }: RawRun,
  { steps }: RunResult,
  type: StoredType | undefined,
  wanted: readonly string[],
): string[] {
  const reasons = new Map<string, number>();
  for (const { name, profiles = [] } of steps) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const { target, outcome, message, ...profile } of profiles) {
      if (profile.type !== type || outcome === 'ok') continue;
      const reason = `${target} ${outcome}${message === undefined ? '' : `: ${message}`}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return [...reasons].map(
    ([reason, count]) => `run ${manifest.id}, ${type} of ${reason}${count > 1 ? ` (in ${count} steps)` : ''}`,
  );
}
