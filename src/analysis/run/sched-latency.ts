/**
 * How long goroutines were runnable before they ran (`/sched/latencies` of runtime/metrics) is sampled of others since Go 1.26 than before
 * (golang/go#79391): values of the two are of two populations, and say nothing when they are held against each other.
 */
import type { RunResult, Series } from '../../model/run-result.ts';
import { olderSchedMark } from '../../model/series.ts';

const prefix = 'go.sched_latency_';
const [major, minor] = [1, 26];

/** Where the series are not comparable, and why. */
export const schedLatencyReason = 'Go 1.26 and later sample other goroutines for it than before (golang/go#79391)';

/** The name under which a series of a target may be held against that of another build: of an older Go it is another one. */
export function comparableName(name: string, goVersion: string | undefined): string {
  return name.startsWith(prefix) && isOlder(goVersion) ? name + olderSchedMark : name;
}

/** A warning where targets of one run have the series from both. */
export function schedLatencyWarnings(
  targets: RunResult['environment']['targets'],
  series: readonly Pick<Series, 'name' | 'target'>[],
): string[] {
  const told = targets.filter(({ id }) => series.some(({ name, target }) => target === id && name.startsWith(prefix)));
  const older = told.filter(({ go }) => isOlder(go?.version));
  const newer = told.filter(({ go }) => go?.version !== undefined && !isOlder(go.version));
  if (older.length === 0 || newer.length === 0) return [];
  const words = (some: typeof told) => some.map(({ id, go }) => `${id} (${go?.version})`).join(', ');
  return [`${prefix}* of ${words(older)} and of ${words(newer)} are not comparable: ${schedLatencyReason}`];
}

/** False where the version is not known. */
function isOlder(goVersion: string | undefined): boolean {
  const match = /^go(\d+)\.(\d+)/.exec(goVersion ?? '');
  if (!match) return false;
  const [first, second] = [Number(match[1]), Number(match[2])];
  return first < major || (first === major && second < minor);
}
