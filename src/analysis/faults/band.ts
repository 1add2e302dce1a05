/** What is held to be well: the response times, losses and answers of short windows before a fault, and what goes beyond them. */
import { medianOf } from '../../model/median.ts';
import { exceedanceChance, excessChance } from '../statistics/exceedance.ts';
import { type BinnedArrivals, slowerThan } from './arrivals.ts';
import { hasArrivals, type Slot, slotsUpTo, slotUsOf } from './slots.ts';

/** With fewer windows before, not even seconds of harm could be told from chance. */
const leastSlots = 20;
/** What lies further back may have been another level. */
const mostSlots = 300;
const longestUs = 300_000_000;
/** The first moments of a load, when connections are opened and services get warm. */
const coldUs = 1_000_000;
/** Of the windows before, so many may lie beyond the band. */
const beyondShare = 0.01;
/** So much more than was seen is nothing that users would call another level. */
const margin = 1.25;
const leastMarginUs = 1000;
/** Odds of scores are not taken to be better than this, however long all was well. */
const leastBadShare = 0.005;
const mostBadShare = 0.2;
/** See `lossWeight`. */
const chanceWeight = 2;

/** What is well, and what was seen of it. */
export interface Band {
  readonly fromUs: number;
  readonly toUs: number;
  readonly rps: number;
  /** Windows with arrivals. */
  readonly slots: number;
  /** The limits are made of the value that is so many-th from the top of those windows. */
  readonly rank: number;
  readonly p99Us: number;
  readonly failedShare: number;
  /** Answers per window; 0 where arrivals are planned, for then those that are missing are lost. */
  readonly leastAnswered: number;
  readonly arrivals: number;
  readonly lost: number;
  readonly slow: number;
  /** How much more losses vary from window to window than those of independent arrivals would. */
  readonly dispersion: number;
  /** How often a window is beyond the band although all is well; rather too often than too seldom. */
  readonly badShare: number;
}

/** Where a band is made from. */
export interface Before {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly rps: number;
  readonly isClosed: boolean;
  /** When the load began. */
  readonly loadUs: number;
  /** What of a response p99 may be the generator's own. */
  readonly ownErrorUs: number;
}

/** The band, or why there is none. */
export function bandOf(arrivals: BinnedArrivals, before: Before): Band | string {
  const { untilUs, rps, isClosed, loadUs, ownErrorUs } = before;
  const fromUs = Math.max(before.fromUs, loadUs + coldUs, untilUs - longestUs);
  const all = slotsUpTo(arrivals, fromUs, untilUs);
  // In a closed load a window without arrivals is one in which nobody was answered.
  const slots = all.filter((slot) => isClosed || hasArrivals(slot)).slice(-mostSlots);
  const seconds = (Math.max(0, slots.length) * slotUsOf(arrivals)) / 1e6;
  if (slots.length < leastSlots)
    return `only ${seconds.toFixed(1)} s of this load were well before it, and ${(leastSlots * slotUsOf(arrivals)) / 1e6} s are needed`;
  const rank = Math.floor(slots.length * beyondShare) + 1;
  const top = topOf(
    slots.map(({ p99Us }) => p99Us),
    rank,
  );
  const p99Us = Math.round(Math.max(top * margin, top + leastMarginUs, top + ownErrorUs));
  const count = sum(slots, ({ answered, lost }) => answered + lost);
  const losses = { arrivals: count, lost: sum(slots, ({ lost }) => lost), dispersion: dispersionOf(slots) };
  return {
    fromUs: slots[0]?.fromUs ?? fromUs,
    toUs: untilUs,
    rps,
    slots: slots.length,
    rank,
    p99Us,
    failedShare: allowedShare(Math.max(1, Math.round(count / slots.length)), losses),
    leastAnswered: isClosed
      ? -topOf(
          slots.map(({ answered }) => -answered),
          rank,
        ) / margin
      : 0,
    ...losses,
    slow: sum(slots, ({ bins }) => sum(bins, (bin) => slowerThan(bin, p99Us))),
    badShare: Math.min(mostBadShare, Math.max(leastBadShare, (2 * rank) / (slots.length + 1))),
  };
}

/** Whether a window, as wide as those that the band is of, is slow, or has fewer answers than it should. */
export function isBeyond(slot: Slot, band: Band): boolean {
  return isSlow(slot, band) || isFew(slot, band) || lossWeight(slot, band) > 0;
}

/**
 * How much a window's losses speak for another share than that of before: the logarithm of the likelihood ratio for the share that it has,
 * less the two that such a ratio reaches by chance in one of some fifty windows. At most zero: nothing speaks for it.
 */
export function lossWeight(
  { answered, lost }: Pick<Slot, 'answered' | 'lost'>,
  band: Pick<Band, 'arrivals' | 'lost' | 'dispersion'>,
): number {
  const usual = (band.lost + 1) / (band.arrivals + 2);
  const share = lost / (answered + lost);
  if (!(share > usual)) return 0;
  const ratio = lost * Math.log(share / usual) + (answered > 0 ? answered * Math.log((1 - share) / (1 - usual)) : 0);
  return ratio / band.dispersion - chanceWeight;
}

function isSlow({ p99Us }: Slot, band: Band): boolean {
  return p99Us > band.p99Us;
}

function isFew({ answered }: Slot, { leastAnswered }: Band): boolean {
  return answered < leastAnswered;
}

/** The greatest share of so many arrivals that may be lost before a window is beyond the band. */
function allowedShare(count: number, band: Pick<Band, 'arrivals' | 'lost' | 'dispersion'>): number {
  let lost = 0;
  while (lost < count && lossWeight({ answered: count - lost - 1, lost: lost + 1 }, band) <= 0) lost++;
  return lost / count;
}

/** How often chance alone would bring so many windows beyond the band, and so many losses, in windows that are as those before. */
export function chanceOf(slots: readonly Slot[], band: Band): { readonly slow: number; readonly lost: number } {
  const windows = (isUnusual: (slot: Slot, of: Band) => boolean) =>
    exceedanceChance(band.slots, band.rank, slots.length, slots.filter((slot) => isUnusual(slot, band)).length);
  const inBursts = (count: number) => Math.floor(count / band.dispersion);
  const losses = excessChance({
    before: Math.max(inBursts(band.arrivals), inBursts(band.lost)),
    unusualBefore: Math.ceil(band.lost / band.dispersion),
    after: inBursts(sum(slots, ({ answered, lost }) => answered + lost)),
    unusualAfter: inBursts(sum(slots, ({ lost }) => lost)),
  });
  return { slow: Math.min(1, 2 * Math.min(windows(isSlow), windows(isFew))), lost: losses };
}

/** How long a usual answer takes: those asked for so long before a fault are under way when it begins. */
export function usualP99Us(arrivals: BinnedArrivals, fromUs: number, untilUs: number): number {
  const seen = slotsUpTo(arrivals, Math.max(fromUs, untilUs - longestUs / 10), untilUs).filter(hasArrivals);
  return seen.length === 0 ? 0 : medianOf(seen.map(({ p99Us }) => p99Us));
}

/** The value that is `rank`-th from the top. */
function topOf(values: readonly number[], rank: number): number {
  return values.toSorted((a, b) => b - a)[rank - 1] ?? 0;
}

/** The index of dispersion of losses, at least 1, which is that of independent events. */
function dispersionOf(slots: readonly Slot[]): number {
  const counts = slots.map(({ lost }) => lost);
  const mean = sum(counts, (count) => count) / Math.max(1, counts.length);
  if (mean === 0) return 1;
  const variance = sum(counts, (count) => (count - mean) ** 2) / Math.max(1, counts.length - 1);
  return Math.max(1, variance / mean);
}

function sum<Each>(all: readonly Each[], pick: (each: Each) => number): number {
  return all.reduce((total, each) => total + pick(each), 0);
}
