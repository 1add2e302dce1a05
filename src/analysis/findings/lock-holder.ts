/** What is done while a lock is held, from goroutine profiles: whoever is past the call at which the others wait. */

import type { StackGroup } from '../../model/sample.ts';
import { isInStep } from '../run/step-time.ts';
import { sqliteLock, waitsForSqlite } from '../waits/stack-kind.ts';
import type { StepWaits, WaitSite } from '../waits/wait-sites.ts';
import type { RunEvidence } from './rule.ts';

/** What the holder of a lock is in. */
export interface Held {
  readonly target: string;
  /** The function that took the lock, which waiters have on their stacks too. */
  readonly locked: string;
  /** What that one has called, and why its goroutine does not run, if it does not. */
  readonly callee: string;
  readonly reason: string;
  /** How many goroutines were there on average. */
  readonly mean: number;
}

/** A lock that many wait for is held nearly always, and by one: more are past it where the function does something else after it. */
const leastMean = 0.5;
const mostMean = 1.3;
const ofSync = /^(?:runtime|sync|internal\/sync)\./;
const locking = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\./;

/** What most of those past the lock are in, at the replica where most wait; undefined where they are too few or too many to be its holder. */
export function heldIn(site: WaitSite, { step }: StepWaits, { stacks }: Pick<RunEvidence, 'stacks'>): Held | undefined {
  const [target = ''] = site.targets;
  const seen = stacks.filter((each) => each.target === target && isInStep(step, each.atUs));
  const groups = seen.flatMap((each) => each.groups);
  const locked = lockedIn(groups, site);
  if (locked === undefined) return undefined;
  const counts = new Map<string, { readonly callee: string; readonly reason: string; readonly count: number }>();
  for (const { frames, reason, count } of groups) {
    const at = frames.indexOf(locked);
    if (at < 0 || frames.slice(0, at).some((frame) => locking.test(frame)) || waitsForSqlite(frames)) continue;
    const callee = frames[at - 1] ?? locked;
    const key = `${callee}\n${reason}`;
    counts.set(key, { callee, reason, count: count + (counts.get(key)?.count ?? 0) });
  }
  const all = [...counts.values()].reduce((sum, { count }) => sum + count, 0) / Math.max(1, seen.length);
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  if (!most || all > mostMean || most.count < leastMean * seen.length) return undefined;
  return { target, locked, callee: most.callee, reason: most.reason, mean: most.count / seen.length };
}

/** The function that called Lock, of most that wait for this lock; of a database, the function of the service that asked it. */
function lockedIn(groups: readonly StackGroup[], { what, site }: WaitSite): string | undefined {
  if (what === sqliteLock) return site;
  const counts = new Map<string, number>();
  for (const { reason, frames, count } of groups) {
    const caller = frames.find((frame) => !ofSync.test(frame));
    if (reason !== what || caller === undefined || !frames.some((frame) => frame === site)) continue;
    counts.set(caller, (counts.get(caller) ?? 0) + count);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
