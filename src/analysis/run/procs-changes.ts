/** Events for changes of GOMAXPROCS while the run went on: a call, or Go 1.25 and later following the CPU limit of its control group. */
import type { Series } from '../../model/run-result.ts';
import type { RunEvent } from '../../model/sample.ts';

/** Best first: the scheduler's own lines come more often. */
const names = ['sched.gomaxprocs', 'go.gomaxprocs'];

/** One for each change, at the moment it was first seen. */
export function procsChanges(series: readonly Series[]): RunEvent[] {
  const targets = [...new Set(series.map(({ target }) => target))];
  return targets.flatMap((target) => {
    const own = names.flatMap((name) => series.find((each) => each.name === name && each.target === target) ?? [])[0];
    if (!own) return [];
    return own.points.flatMap(([atUs, now], index): RunEvent[] => {
      const before = own.points[index - 1]?.[1] ?? now;
      if (now === before) return [];
      const message = `GOMAXPROCS went from ${before} to ${now}, as ${own.source} tells`;
      return [{ kind: 'event', atUs, target, event: 'gomaxprocs', message }];
    });
  });
}
