/** Places whose goroutines grew and never became fewer. */
import { groupBy } from '../../model/group-by.ts';
import type { Look, Place } from './looks.ts';

/** Goroutines of one target at one place, from the first look to the last. */
export interface LastingGrowth extends Place {
  readonly target: string;
  readonly from: number;
  readonly to: number;
  readonly looks: number;
  /** When a tenth of the growth was there. */
  readonly sinceUs: number;
}

/** Looks do not fall on the same moment of each request. */
const hardlyFell = 0.9;
/** Fewer looks at a target do not tell whether anything lasts. */
export const leastLooks = 4;

/** Lasting growth from `fromUs` on, also in what was seen after the load; most first. Goroutines that serve requests are no such places. */
export function lastingGrowth(all: readonly Look[], fromUs: number): LastingGrowth[] {
  const looks = all.filter(({ atUs }) => atUs >= fromUs);
  return [...groupBy(looks, ({ target }) => target).values()]
    .flatMap(ofTarget)
    .sort((a, b) => b.to - b.from - (a.to - a.from));
}

function ofTarget(looks: readonly Look[]): LastingGrowth[] {
  const last = looks.at(-1);
  if (!last || looks.length < leastLooks) return [];
  return [...last.counts].flatMap(([place, to]) => {
    const from = looks[0]?.counts.get(place) ?? 0;
    if (place.request || to <= from) return [];
    const counts = looks.map((look) => look.counts.get(place) ?? 0);
    if (hasFallen(counts)) return [];
    const since = looks[counts.findIndex((count) => count >= from + (to - from) / 10)];
    return [{ ...place, target: last.target, from, to, looks: looks.length, sinceUs: since?.atUs ?? last.atUs }];
  });
}

function hasFallen(counts: readonly number[]): boolean {
  let most = 0;
  return counts.some((count) => {
    most = Math.max(most, count);
    return count < hardlyFell * most;
  });
}
