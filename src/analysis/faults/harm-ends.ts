/** Where harm begins and ends within a stretch of windows: an answer that is late by itself beside it, as any may be, is not its own. */
import { type Bin, slowerThan } from './arrivals.ts';
import { type Band, chanceOf } from './band.ts';
import { hasArrivals, type Slot, slotOf } from './slots.ts';

/** What chance brings to the windows beside harm at least so often is not taken for a part of it. */
const usualChance = 0.01;
/** Odds of one in twenty, as a logarithm: what is less likely is not reckoned with. */
const leastOdds = Math.log(0.05);

/** The first and the last bin of harm, and the last that may yet be one. */
export interface HarmEnds {
  readonly first: Bin;
  readonly last: Bin;
  readonly latest: Bin;
}

interface Weighed {
  readonly bin: Bin;
  readonly hasHarm: boolean;
  /** The logarithm of the odds for harm. */
  readonly score: number;
}

/**
 * The likeliest ends of harm in windows of which it is known that chance would not bring them, by the shares of arrivals that were lost or
 * slow in them and before them (two change points of independent arrivals); an end that would leave out more than chance may bring stays
 * where the windows end. Of the windows after them it is known how long harm that hurts some may have gone on unseen. Undefined where no
 * bin has such arrivals.
 */
export function harmEnds(slots: readonly Slot[], after: readonly Slot[], band: Band): HarmEnds | undefined {
  const share = shareOf(slots, band);
  const all = weighed(slots, share, band);
  const harmed = all.filter(({ hasHarm }) => hasHarm);
  const [first, last] = [harmed[0], harmed.at(-1)];
  if (!first || !last) return undefined;
  const likeliest = endOf(all);
  const isEnd = likeliest !== undefined && isByChance(slots, all.slice(all.indexOf(likeliest) + 1), band);
  const end = isEnd ? likeliest : last;
  const upToEnd = all.slice(0, all.indexOf(end) + 1);
  const start = endOf(upToEnd.toReversed());
  const isStart = start !== undefined && isByChance(slots, upToEnd.slice(0, upToEnd.indexOf(start)), band);
  const latest = latestOf(end, [...all.slice(all.indexOf(end) + 1), ...weighed(after, share, band)]);
  return { first: (isStart ? start : first).bin, last: end.bin, latest: latest.bin };
}

/** Of all arrivals in some windows, how many were lost or slow; never none, and never all. */
function shareOf(slots: readonly Slot[], band: Band): number {
  const harmed = slots.flatMap(({ bins }) => bins).reduce((sum, bin) => sum + harmedOf(bin, band), 0);
  return (harmed + 1) / (slots.reduce((sum, { answered, lost }) => sum + answered + lost, 0) + 2);
}

function weighed(slots: readonly Slot[], share: number, band: Band): Weighed[] {
  const usual = (band.slow + band.lost + 1) / (band.arrivals + 2);
  const [forHarm, against] = [Math.log(share / usual), Math.log((1 - share) / (1 - usual))];
  return slots
    .flatMap(({ bins }) => bins)
    .map((bin) => {
      const harmed = harmedOf(bin, band);
      return { bin, hasHarm: harmed > 0, score: harmed * forHarm + (bin.answered + bin.lost - harmed) * against };
    });
}

function harmedOf(bin: Bin, { p99Us }: Band): number {
  return bin.lost + slowerThan(bin, p99Us);
}

/** The last bin before it becomes less likely than one in twenty that harm went on after its likeliest end. */
function latestOf(end: Weighed, following: readonly Weighed[]): Weighed {
  let latest = end;
  let odds = 0;
  for (const each of following) {
    odds += each.score;
    if (odds < leastOdds) break;
    latest = each;
  }
  return latest;
}

/** The last of the first bins that together speak most for harm, or the one after it, in the midst of which harm ended. */
function endOf(bins: readonly Weighed[]): Weighed | undefined {
  let sum = 0;
  let most = 0;
  let place = -1;
  for (const [index, { score }] of bins.entries()) {
    sum += score;
    if (sum > most) [most, place] = [sum, index];
  }
  const next = bins[place + 1];
  return place >= 0 && next?.hasHarm ? next : bins[place];
}

/** Whether these bins, in the windows to which they belong, hold no more than chance may bring. */
function isByChance(slots: readonly Slot[], left: readonly Weighed[], band: Band): boolean {
  const bins = new Set(left.map(({ bin }) => bin));
  const parts = slots
    .map((slot) =>
      slotOf(
        slot.fromUs,
        slot.bins.filter((bin) => bins.has(bin)),
      ),
    )
    .filter(hasArrivals);
  const { slow, lost } = chanceOf(parts, band);
  return Math.min(slow, lost) >= usualChance;
}
