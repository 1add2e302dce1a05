/** Short windows of due time in which arrivals are judged together. */
import { type Bin, type BinnedArrivals, binsWithin, quantileOf, responsesOf } from './arrivals.ts';

/** Whatever holds one arrival up for a moment holds up its neighbours, too: those of one window count as one. */
const leastSlotUs = 100_000;

/** The arrivals due in one window. */
export interface Slot {
  readonly fromUs: number;
  readonly answered: number;
  readonly lost: number;
  /** Of those answered; 0 where none was. */
  readonly p99Us: number;
  readonly bins: readonly Bin[];
}

/** The width of windows, in whole bins. */
export function slotUsOf({ binUs }: BinnedArrivals): number {
  return binUs * Math.max(1, Math.round(leastSlotUs / binUs));
}

/** All windows that lie whole between two moments, the first beginning at the one; also those without arrivals. */
export function slotsFrom(arrivals: BinnedArrivals, fromUs: number, untilUs: number): Slot[] {
  const slotUs = slotUsOf(arrivals);
  const count = Math.max(0, Math.floor((untilUs - fromUs) / slotUs + 1e-9));
  return Array.from({ length: count }, (_, index) => slotAt(arrivals, fromUs + index * slotUs, slotUs));
}

/** The same, the last ending at the later moment. */
export function slotsUpTo(arrivals: BinnedArrivals, fromUs: number, untilUs: number): Slot[] {
  const slotUs = slotUsOf(arrivals);
  const count = Math.max(0, Math.floor((untilUs - fromUs) / slotUs + 1e-9));
  return slotsFrom(arrivals, untilUs - count * slotUs, untilUs);
}

/** Whether anything was due in it. */
export function hasArrivals({ answered, lost }: Slot): boolean {
  return answered + lost > 0;
}

function slotAt(arrivals: BinnedArrivals, fromUs: number, slotUs: number): Slot {
  return slotOf(fromUs, binsWithin(arrivals, fromUs, fromUs + slotUs));
}

/** The window from a moment with these bins. */
export function slotOf(fromUs: number, bins: readonly Bin[]): Slot {
  return {
    fromUs,
    answered: bins.reduce((sum, bin) => sum + bin.answered, 0),
    lost: bins.reduce((sum, bin) => sum + bin.lost, 0),
    p99Us: quantileOf(responsesOf(bins), 0.99) ?? 0,
    bins,
  };
}
