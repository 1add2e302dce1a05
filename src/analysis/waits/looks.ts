/** Goroutine profiles to looks: how many goroutines of a service wait for what, and in which of its functions. */
import { groupBy } from '../../model/group-by.ts';
import type { RunResult, StepResult } from '../../model/run-result.ts';
import type { StackGroup, Stacks } from '../../model/sample.ts';
import { ownerOf } from './frames.ts';
import { type StackKind, stackKind } from './stack-kind.ts';

/** What goroutines of a service wait for, and where. */
export interface Place extends StackKind {
  readonly service: string;
  /** The function of the service that waits. */
  readonly site: string;
  /** The innermost function outside of the runtime. */
  readonly innermost: string;
}

/** One look at one target, by place. */
export interface Look {
  readonly atUs: number;
  readonly target: string;
  readonly places: ReadonlyMap<string, Place & { readonly count: number }>;
}

/** Goroutines of one place over several looks; replicas add up. */
export interface MeanPlace extends Place {
  readonly mean: number;
  /** Goroutines there, added up over the looks. */
  readonly seen: number;
  /** The replicas at which they were, most first, and the mean of each. */
  readonly targets: readonly string[];
  readonly means: Readonly<Record<string, number>>;
}

/** The looks of a run, in order of time. */
export function looksOf(stacks: readonly Stacks[], targets: RunResult['environment']['targets']): Look[] {
  const known = new Map(targets.map((target) => [target.id, target]));
  const placeOf = placesOnce();
  return stacks.map(({ atUs, target, groups }) => {
    const { service = target, go } = known.get(target) ?? {};
    const places = new Map<string, Place & { readonly count: number }>();
    for (const group of groups) {
      const { key, ...place } = placeOf(group, service, go?.module);
      const before = places.get(key);
      places.set(key, { ...(before ?? place), count: group.count + (before?.count ?? 0) });
    }
    return { atUs, target, places };
  });
}

/** The looks of a step. */
export function looksIn({ startUs, durationUs }: StepResult, looks: readonly Look[]): Look[] {
  return looks.filter(({ atUs }) => atUs >= startUs && atUs < startUs + durationUs);
}

/** Goroutines at each place, mean over the looks at each target. */
export function meansOf(looks: readonly Look[]): ReadonlyMap<string, MeanPlace> {
  const means = new Map<string, MeanPlace>();
  for (const [target, own] of groupBy(looks, (look) => look.target)) {
    for (const key of new Set(own.flatMap(({ places }) => [...places.keys()]))) {
      const found = own.flatMap(({ places }) => places.get(key) ?? []);
      const [first] = found;
      if (!first) continue;
      const { count: _, ...place } = first;
      const seen = found.reduce((sum, { count }) => sum + count, 0);
      const before = means.get(key);
      const byTarget = { ...before?.means, [target]: seen / own.length };
      means.set(key, {
        ...place,
        mean: (before?.mean ?? 0) + seen / own.length,
        seen: (before?.seen ?? 0) + seen,
        targets: Object.keys(byTarget).sort((a, b) => (byTarget[b] ?? 0) - (byTarget[a] ?? 0)),
        means: byTarget,
      });
    }
  }
  return means;
}

/** The same stacks come again in every look: each is told once. */
function placesOnce() {
  const known = new Map<string, Place & { readonly key: string }>();
  return (group: StackGroup, service: string, module: string | undefined) => {
    const stack = [service, group.reason, ...group.frames].join('\n');
    const before = known.get(stack);
    if (before) return before;
    const kind = stackKind(group);
    const site = ownerOf(group.frames, group.site, module);
    const key = [service, kind.kind, kind.what, kind.request, site].join('\n');
    const place = { ...kind, service, site, innermost: group.site, key };
    known.set(stack, place);
    return place;
  };
}
