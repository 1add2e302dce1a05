/** Which runs of a list are meant. */
import type { RunEntry } from '../model/run-summary.ts';
import type { Tags } from '../model/tags.ts';

/** What is asked of a run; nothing where a part is absent. */
export interface RunFilter {
  readonly tags: Tags;
  readonly scenario?: string | undefined;
  /** Milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  readonly kinds: readonly string[];
  /** Verdicts, and states of those that have none. */
  readonly verdicts: readonly string[];
}

/** Whether a run is meant. */
export function isMeant(entry: RunEntry, { tags, scenario, sinceMs, kinds, verdicts }: RunFilter): boolean {
  const { tags: own = {}, startedAt } = entry;
  return (
    Object.entries(tags).every(([name, value]) => own[name] === value) &&
    (scenario === undefined || entry.scenario === scenario) &&
    (sinceMs === undefined || (startedAt !== undefined && Date.parse(startedAt) >= sinceMs)) &&
    (kinds.length === 0 || (entry.of !== undefined && kinds.includes(entry.of))) &&
    (verdicts.length === 0 || verdicts.includes(verdictWord(entry)))
  );
}

/** What the column of verdicts says: that of one that has ended, else its state. */
function verdictWord({ state, verdict }: RunEntry): string {
  return state === 'ended' ? (verdict ?? 'invalid') : state;
}
