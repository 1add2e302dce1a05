/** Where harm begins and ends within a stretch of windows: an answer that is late by itself beside it, as any may be, is not its own. */
import { groupBy } from '../../model/group-by.ts';
import { slowerThan } from './arrivals.ts';
import { type Band, chanceOf, isBeyond } from './band.ts';
import { hasArrivals, type Slot, slotOf } from './slots.ts';

/** What chance brings to the windows beside harm at least so often is not taken for a part of it. */
const usualChance = 0.01;
/** Odds of one in twenty, as a logarithm: what is less likely is not reckoned with. */
const leastOdds = Math.log(0.05);

/** What is judged as one: the arrivals of a bin, or a whole window of a closed load, in which harm is that nobody asks. */
interface Part {
  readonly slot: Slot;
  readonly harmed: number;
  readonly of: number;
}

/** A part and the logarithm of its odds for harm. */
interface Weighed extends Part {
  readonly score: number;
}

/** The last part of harm, and the earliest and the latest that may be it. */
export interface HarmEnd {
  readonly last: Slot;
  readonly earliest: Slot;
  readonly latest: Slot;
}

/**
 * The likeliest end of harm in windows, at least one, of which it is known that chance would not bring them, by the shares of arrivals that
 * were lost or slow in them and before them (a change point of independent arrivals). Where it would leave out more than chance may bring,
 * the last window is the end, and that change the earliest. The windows after them tell how long harm that hurts only some may have gone on unseen.
 */
export function lastOfHarm(slots: readonly [Slot, ...Slot[]], after: readonly Slot[], band: Band): HarmEnd {
  const weigh = weighing(slots, band);
  const parts = weigh(slots);
  const { at, earliest } = changeOf(parts);
  const rest = parts.slice(at + 1);
  const [end, early] = [parts[at], parts[earliest]];
  const whole = slots.at(-1) ?? slots[0];
  if (!end || !early || !isByChance(rest, band))
    return { last: whole, earliest: early?.slot ?? whole, latest: latestOf(weigh(after)) ?? whole };
  return { last: end.slot, earliest: early.slot, latest: latestOf([...rest, ...weigh(after)]) ?? end.slot };
}

/** Where harm began, likewise. */
export function firstOfHarm(slots: readonly [Slot, ...Slot[]], band: Band): Slot {
  const parts = weighing(slots, band)(slots).reverse();
  const { at } = changeOf(parts);
  const begin = parts[at];
  return begin && isByChance(parts.slice(at + 1), band) ? begin.slot : slots[0];
}

/** How parts are weighed, when all of these windows are harm: by its share in them, never none and never all. */
function weighing(slots: readonly Slot[], band: Band): (of: readonly Slot[]) => Weighed[] {
  const isClosed = band.leastAnswered > 0;
  const partsOf = (all: readonly Slot[]) =>
    all.flatMap((slot) => (isClosed ? windowOf(slot, band) : binsOf(slot, band)));
  const parts = partsOf(slots);
  const total = (pick: (part: Part) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const share = (total(({ harmed }) => harmed) + 1) / (total(({ of }) => of) + 2);
  const usual = isClosed ? band.badShare : (band.slow + band.lost + 1) / (band.arrivals + 2);
  const [forHarm, against] = [Math.log(share / usual), Math.log((1 - share) / (1 - usual))];
  return (all) =>
    partsOf(all).map((part) => ({ ...part, score: part.harmed * forHarm + (part.of - part.harmed) * against }));
}

function windowOf(slot: Slot, band: Band): Part[] {
  return [{ slot, harmed: isBeyond(slot, band) ? 1 : 0, of: 1 }];
}

function binsOf({ fromUs, bins }: Slot, { p99Us }: Band): Part[] {
  return bins.map((bin) => ({
    slot: slotOf(fromUs, [bin]),
    harmed: bin.lost + slowerThan(bin, p99Us),
    of: bin.answered + bin.lost,
  }));
}

/**
 * The place of the last of the first parts that together speak most for harm, or of the one after it, in the midst of which harm ended; and
 * the first at which as much, but for the least odds, speaks for it. -1 where nothing does.
 */
function changeOf(parts: readonly Weighed[]): { readonly at: number; readonly earliest: number } {
  let sum = 0;
  const sums = parts.map(({ score }) => (sum += score));
  const most = sums.reduce((high, each) => Math.max(high, each), 0);
  if (most === 0) return { at: -1, earliest: -1 };
  const last = sums.indexOf(most);
  const next = parts[last + 1];
  return {
    at: next && next.harmed > 0 ? last + 1 : last,
    earliest: sums.findIndex((each) => each >= most + leastOdds),
  };
}

/** The last part before it becomes less likely than one in twenty that harm went on until then. */
function latestOf(following: readonly Weighed[]): Slot | undefined {
  let odds = 0;
  const over = following.findIndex(({ score }) => {
    odds += score;
    return odds < leastOdds;
  });
  return (over < 0 ? following : following.slice(0, over)).at(-1)?.slot;
}

/** Whether these parts, put together to the windows to which they belong, hold no more than chance may bring. */
function isByChance(left: readonly Weighed[], band: Band): boolean {
  const windows = groupBy(left, ({ slot }) => slot.fromUs);
  const slots = [...windows].map(([fromUs, parts]) =>
    slotOf(
      fromUs,
      parts.flatMap(({ slot }) => slot.bins),
    ),
  );
  const { slow, lost } = chanceOf(band.leastAnswered > 0 ? slots : slots.filter(hasArrivals), band);
  return Math.min(slow, lost) >= usualChance;
}
