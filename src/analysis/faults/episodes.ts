/** The stretches of time in which users saw something that chance would not bring. */
import { topSegments } from '../statistics/top-segments.ts';
import { type Bin, slowerThan } from './arrivals.ts';
import { type Band, chanceOf, isBeyond, lossWeight } from './band.ts';
import { firstOfHarm, lastOfHarm } from './harm-ends.ts';
import { hasArrivals, type Slot } from './slots.ts';

/** So often, of a thousand faults without effect, one may be said to have harmed somebody. */
const falseHarm = 0.001;
/** How likely a window is beyond the band while users are harmed; whether it is 0.4 or 0.9 hardly changes what is found. */
const badWhileHarmed = 0.6;
/** Bins of the first and last window that are as bad as this, compared with the worst of it, belong to the harm. */
const nearlyAsBad = 0.25;
/** Within so many windows harm that hurts one in a hundred of a few arrivals each would be seen to have ended. */
const mostAfter = 100;

/** Harm from the first arrival that was hurt to the first that was not. */
export interface Episode {
  /** Due time of the first arrival that was lost, or the beginning of the bin in which the first slow one was due. */
  readonly fromUs: number;
  /** The end of the last bin with such arrivals. */
  readonly lastBadUs: number;
  /** The same, were the last of it chance already. */
  readonly atLeastUs: number;
  /** The same, were what is taken for chance after it a part of the harm, or harm that hurts few still going on. */
  readonly atMostUs: number;
  /** The beginning of the first bin with arrivals after it; undefined where there is none. */
  readonly wellUs: number | undefined;
}

/** A stretch of time in which harm is more likely to begin than elsewhere: about the beginning or the end of a fault. */
export interface Onset {
  readonly fromUs: number;
  readonly untilUs: number;
}

/**
 * The episodes in some windows, in the order of time. A quarter of the error that is allowed goes to those that begin at each of (at most)
 * two onsets, the rest to all others, each part shared out over all stretches that might have been found (Bonferroni).
 */
export function episodesOf(slots: readonly Slot[], band: Band, onsets: readonly Onset[], binUs: number): Episode[] {
  // Of an arrival that was not sent nothing is known; in a closed load none is due while all wait.
  const seen = slots.filter((slot) => hasArrivals(slot) || band.leastAnswered > 0);
  const bad = Math.log(badWhileHarmed / band.badShare);
  const good = Math.log((1 - badWhileHarmed) / (1 - band.badShare));
  const scores = seen.map((slot) => {
    if (!isBeyond(slot, band)) return good;
    const loss = lossWeight(slot, band);
    // However much is lost in one window, it says nothing of the others.
    return loss > 0 ? Math.min(bad, loss) : bad;
  });
  return topSegments(scores).flatMap(({ from, to }) => {
    const own = seen.slice(from, to + 1);
    const { slow, lost } = chanceOf(own, band);
    const fromUs = own[0]?.fromUs ?? 0;
    const onset = onsets.find((each) => fromUs >= each.fromUs && fromUs < each.untilUs);
    const places = onset ? seen.filter((slot) => slot.fromUs >= onset.fromUs && slot.fromUs < onset.untilUs).length : 0;
    const allowed = onset
      ? falseHarm / 4 / places / (own.length * (own.length + 1))
      : falseHarm / (seen.length * (seen.length + 1));
    // Two tests, each of which may be wrong.
    if (Math.min(slow, lost) > allowed / 2) return [];
    return episodeOf(seen, from, to, band, binUs);
  });
}

function episodeOf(slots: readonly Slot[], from: number, to: number, band: Band, binUs: number): Episode[] {
  const [first, ...more] = slots.slice(from, to + 1);
  if (!first) return [];
  const begin = firstOfHarm([first, ...more], band);
  const end = lastOfHarm([first, ...more], slots.slice(to + 1, to + 1 + mostAfter), band);
  const endUsOf = (slot: Slot) => (badBins(slot, band).at(-1)?.dueUs ?? slot.bins.at(-1)?.dueUs ?? slot.fromUs) + binUs;
  const lastBadUs = endUsOf(end.last);
  const [firstBad] = badBins(begin, band);
  const next = slots.slice(from).find(({ bins }) => bins.some(({ dueUs }) => dueUs >= lastBadUs));
  return [
    {
      fromUs: firstBad?.firstLostUs ?? firstBad?.dueUs ?? begin.fromUs,
      lastBadUs,
      atLeastUs: endUsOf(end.earliest),
      atMostUs: Math.max(endUsOf(more.at(-1) ?? first), endUsOf(end.latest)),
      wellUs: next?.bins.find(({ dueUs }) => dueUs >= lastBadUs)?.dueUs,
    },
  ];
}

/** Those that are about as bad as the worst of the window: the others are of the time before or after. */
function badBins(slot: Slot, band: Band): Bin[] {
  const shares = slot.bins.map((bin) => badShareOf(bin, band));
  const least = nearlyAsBad * Math.max(...shares);
  return slot.bins.filter((_, index) => (shares[index] ?? 0) > 0 && (shares[index] ?? 0) >= least);
}

function badShareOf(bin: Bin, { p99Us }: Band): number {
  return (bin.lost + slowerThan(bin, p99Us)) / Math.max(1, bin.answered + bin.lost);
}
