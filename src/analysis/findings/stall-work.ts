/** What a service does while its requests stall, and hardly ever else. */

import { isStandard } from '../../goruntime/package-names.ts';
import type { Stacks } from '../../model/sample.ts';
import type { Stall } from '../run/slow-moments.ts';
import { ownerOf } from '../waits/frames.ts';
import { stackKind, type WaitKind } from '../waits/stack-kind.ts';

/** Goroutines in one function of the service, mean over the looks within stalls and over those between them. */
export interface StallWork {
  readonly site: string;
  readonly reason: string;
  readonly during: number;
  readonly between: number;
}

/** Whoever is in one of these has the others wait; who waits for a turn is one of the others. */
const atWork: ReadonlySet<WaitKind> = new Set(['runnable', 'sleep', 'syscall', 'network']);
const leastDuring = 0.5;
const mostElse = 0.2;

/** The function, if there is one; `stacks` are those of one target, whose module is known or not. */
export function stallWork(
  stalls: readonly Stall[],
  stacks: readonly Stacks[],
  module: string | undefined,
): StallWork | undefined {
  const isDuring = ({ atUs }: Stacks) => stalls.some(({ fromUs, untilUs }) => atUs >= fromUs && atUs < untilUs);
  const [during, between] = [stacks.filter(isDuring), stacks.filter((look) => !isDuring(look))];
  const usual = countsOf(between, module);
  return [...countsOf(during, module)]
    .map(([key, { mean, ...work }]) => ({ ...work, during: mean, between: usual.get(key)?.mean ?? 0 }))
    .filter((work) => work.during >= leastDuring && work.between <= mostElse * work.during)
    .toSorted((a, b) => b.during - a.during)[0];
}

function countsOf(looks: readonly Stacks[], module: string | undefined) {
  const counts = new Map<string, { readonly site: string; readonly reason: string; readonly mean: number }>();
  for (const group of looks.flatMap(({ groups }) => groups)) {
    const { kind, request } = stackKind(group);
    const site = ownerOf(group.frames, group.site, module);
    // A request that runs or waits for an answer is one of those that stall.
    if (request || !atWork.has(kind) || isStandard(site)) continue;
    const key = `${site}\n${group.reason}`;
    const mean = (counts.get(key)?.mean ?? 0) + group.count / looks.length;
    counts.set(key, { site, reason: group.reason, mean });
  }
  return counts;
}
