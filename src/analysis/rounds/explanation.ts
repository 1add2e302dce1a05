/** What moved with the only thing that was changed, in the order of cause: settings, work, waits, resources, what follows, users. */
import type { ChangedFunction } from '../../model/code-changes.ts';
import { changedFunctionText } from '../../model/code-text.ts';
import type { Explanation, Judgement } from '../../model/comparison.ts';
import { isPlaceSeries, seriesInfo } from '../../model/series.ts';
import { formatNumber, formatSignedPercent } from '../../model/units.ts';

type Associated = Judgement['associated'][number];

/** By the name of a series without its service; the first that matches is its place in a chain of cause. */
const ranks: readonly RegExp[] = [
  /^(go|sched)\.gomaxprocs$|^go\.(gogc_percent|memory_limit_bytes)$|^container\.(cpu|memory)_limit/,
  / per answer |^go\.alloc_\w+_per_second$/,
  /^goroutines in (?!IO wait|running or runnable)/,
  /^(container\.throttled_|sched\.(local_)?runqueue|gc\.|go\.(cpu_gc|gc_|sched_latency|mutex_wait)|pool\.|proc\.run_delay)/,
  /^(goroutines|sched\.threads|go\.(goroutines|open_fds|threads)|app\.requests_in_flight|proc\.(open_fds|threads)|sock\.)/,
];
/** The place of what answers cost by function, which rounds with profiles tell better than series do. */
const workRank = 1;
const perRank = 1;
const leastRatio = 1.1;

/**
 * One link for each place in the chain, that which moved furthest, and what users saw last; undefined when none of the series has a place
 * before the last one, because then nothing is explained. The first of the functions that profile rounds have `named` stands for the work.
 */
export function explanationOf(
  associated: readonly Associated[],
  users: string,
  named: readonly ChangedFunction[] = [],
): Explanation | undefined {
  const [first] = named;
  const ranked = associated
    .map((moved) => ({ moved, rank: rankOf(moved), ratio: ratioOf(moved) }))
    .filter(({ rank, ratio }) => rank >= 0 && ratio >= leastRatio);
  const links = ranks.flatMap((_, rank): Explanation['links'] => {
    if (rank === workRank && first) return [{ text: `${first.service}: ${changedFunctionText(first)}` }];
    return ranked
      .filter((each) => each.rank === rank)
      .sort((a, b) => b.ratio - a.ratio)
      .slice(0, perRank)
      .map(({ moved }) => ({ text: linkText(moved), series: moved.series }));
  });
  if (!first && ranked.every(({ rank }) => rank === ranks.length - 1)) return undefined;
  return { links: [...links, { text: users }] };
}

function rankOf({ series }: Associated): number {
  const name = withoutService(series);
  return ranks.findIndex((pattern) => pattern.test(name));
}

/** How far it moved, whichever way; from or to nothing counts as from or to one of its unit at least. */
function ratioOf({ before, after }: Associated): number {
  const [least, most] = [Math.min(before, after), Math.max(before, after)];
  return least > 0 ? most / least : 1 + most;
}

function linkText({ series, before, after, unit }: Associated): string {
  const service = series.slice(0, series.indexOf(' '));
  const { title } = seriesInfo(withoutService(series));
  const change = before > 0 ? ` (${formatSignedPercent((after / before - 1) * 100)})` : '';
  const of = unit === '' || title === unit || isPlaceSeries(withoutService(series)) ? '' : ` ${unit}`;
  return `${service}: ${title} ${formatNumber(before)} to ${formatNumber(after)}${of}${change}`;
}

function withoutService(series: string): string {
  return series.slice(series.indexOf(' ') + 1);
}
