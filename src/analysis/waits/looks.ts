/** Goroutine profiles to looks: how many goroutines of a service wait for what, and in which of its functions. */

import { groupBy } from '../../model/group-by.ts';
import type { RunResult, StepResult } from '../../model/run-result.ts';
import type { StackGroup, Stacks } from '../../model/sample.ts';
import { isInStep } from '../run/step-time.ts';
import { ownerOf } from './frames.ts';
import { type StackKind, stackKind } from './stack-kind.ts';

/** What goroutines of a service wait for, and where; one object for each such place of a run. */
export interface Place extends StackKind {
  readonly service: string;
  /** The function of the service that waits. */
  readonly site: string;
  /** The innermost function outside of the runtime. */
  readonly innermost: string;
}

/** One look at one target: goroutines by place. */
export interface Look {
  readonly atUs: number;
  readonly target: string;
  readonly counts: ReadonlyMap<Place, number>;
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
    const counts = new Map<Place, number>();
    for (const group of groups) {
      const place = placeOf(group, service, go?.module);
      counts.set(place, group.count + (counts.get(place) ?? 0));
    }
    return { atUs, target, counts };
  });
}

/** The looks of a step. */
export function looksIn(step: StepResult, looks: readonly Look[]): Look[] {
  return looks.filter(({ atUs }) => isInStep(step, atUs));
}

/**
 * Goroutines at each place, mean over the looks at each target; those at work for a request fewer by as much as the looks at a target were
 * `crowded`, see `crowdingOf`.
 */
export function meansOf(
  looks: readonly Look[],
  crowded: (own: readonly Look[]) => number,
): ReadonlyMap<Place, MeanPlace> {
  const means = new Map<Place, MeanPlace>();
  for (const [target, own] of groupBy(looks, (look) => look.target)) {
    const crowding = crowded(own);
    for (const [place, seen] of sumsOf(own)) {
      const before = means.get(place);
      const mean = seen / own.length / (place.request ? crowding : 1);
      const byTarget = { ...before?.means, [target]: mean };
      means.set(place, {
        ...place,
        mean: (before?.mean ?? 0) + mean,
        seen: (before?.seen ?? 0) + seen,
        targets: Object.keys(byTarget).sort((a, b) => (byTarget[b] ?? 0) - (byTarget[a] ?? 0)),
        means: byTarget,
      });
    }
  }
  return means;
}

function sumsOf(looks: readonly Look[]): ReadonlyMap<Place, number> {
  const sums = new Map<Place, number>();
  for (const { counts } of looks) for (const [place, count] of counts) sums.set(place, count + (sums.get(place) ?? 0));
  return sums;
}

interface KnownStack extends Pick<StackGroup, 'reason' | 'frames'> {
  readonly service: string;
  readonly place: Place;
}

/** The same stacks come again in every look: each is told once, and found again without making a key of all its frames. */
function placesOnce() {
  const bySite = new Map<string, KnownStack[]>();
  const places = new Map<string, Place>();
  return ({ reason, site, frames }: StackGroup, service: string, module: string | undefined): Place => {
    const alike = bySite.get(site) ?? [];
    const known = alike.find(
      (each) => each.service === service && each.reason === reason && areSame(each.frames, frames),
    );
    if (known) return known.place;
    const told = { ...stackKind({ reason, frames }), service, site: ownerOf(frames, site, module), innermost: site };
    const key = [service, told.kind, told.what, told.request, told.site].join('\n');
    const place = places.get(key) ?? told;
    places.set(key, place);
    bySite.set(site, [...alike, { service, reason, frames, place }]);
    return place;
  };
}

function areSame(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((frame, index) => frame === other[index]));
}
