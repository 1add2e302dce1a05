/** Arrivals by short bins of due time, and what the arrivals of some bins saw together. */
import { binValues } from '../../model/bin-responses.ts';
import type { LoadBins } from '../../model/load.ts';

/** What became of the arrivals due in one bin, of all workers and messages. */
export interface Bin {
  readonly dueUs: number;
  readonly answered: number;
  readonly lost: number;
  readonly firstLostUs: number | undefined;
  /** Of those lost, the ones of which nobody knows what became. */
  readonly untold: number;
  /** Response times of those answered, see `binText`. */
  readonly responses: readonly string[];
}

/** All bins of a run in the order of time, and their width. */
export interface BinnedArrivals {
  readonly binUs: number;
  readonly bins: readonly Bin[];
}

/** Bins of a run put together; undefined where it has none. */
export function binnedArrivals(messages: readonly LoadBins[]): BinnedArrivals | undefined {
  const [first] = messages;
  if (!first) return undefined;
  const all = new Map<number, Bin>();
  for (const { bins } of messages) {
    for (const { dueUs, completed, lost, untold = 0, firstLostUs, response } of bins) {
      const known = all.get(dueUs);
      all.set(dueUs, {
        dueUs,
        answered: completed + (known?.answered ?? 0),
        lost: lost + (known?.lost ?? 0),
        untold: untold + (known?.untold ?? 0),
        firstLostUs: least(firstLostUs, known?.firstLostUs),
        responses: response === '' ? (known?.responses ?? []) : [...(known?.responses ?? []), response],
      });
    }
  }
  return { binUs: first.binUs, bins: [...all.values()].sort((a, b) => a.dueUs - b.dueUs) };
}

/** The bins that begin within a time. */
export function binsWithin({ bins }: BinnedArrivals, fromUs: number, untilUs: number): readonly Bin[] {
  return bins.slice(placeOf(bins, fromUs), placeOf(bins, untilUs));
}

/** How many arrivals of a bin were answered later than this. */
export function slowerThan({ responses }: Bin, limitUs: number): number {
  let count = 0;
  for (const text of responses) for (const [us, times] of binValues(text)) if (us > limitUs) count += times;
  return count;
}

/** The response times of some bins together, ascending, with how often each was seen. */
export function responsesOf(bins: readonly Bin[]): readonly (readonly [us: number, count: number])[] {
  const texts = bins.flatMap(({ responses }) => responses);
  const values = texts.flatMap((text) => [...binValues(text)]);
  return texts.length > 1 ? values.sort((a, b) => a[0] - b[0]) : values;
}

/**
 * The response time that this share of all arrivals did not exceed, by nearest rank; those that were lost count as never answered when
 * `lost` are given. Undefined without arrivals.
 */
export function quantileOf(
  responses: readonly (readonly [us: number, count: number])[],
  share: number,
  lost = 0,
): number | undefined {
  const total = responses.reduce((sum, [, count]) => sum + count, lost);
  if (total === 0) return undefined;
  // A share such as 0.99 of 100 is one part in 10^14 more than 99.
  let left = Math.max(1, Math.ceil(share * total - 1e-9));
  for (const [us, count] of responses) {
    left -= count;
    if (left <= 0) return us;
  }
  return Number.POSITIVE_INFINITY;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/** The first place whose bin does not begin before this. */
function placeOf(bins: readonly Bin[], fromUs: number): number {
  let low = 0;
  let high = bins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bins[middle]?.dueUs ?? 0) < fromUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
