/** Whether a system keeps itself down: the fault is long over, and nothing gets better. */
import { medianOf } from '../../model/median.ts';
import type { Band } from './band.ts';
import type { FaultTimes } from './fault-times.ts';
import { hasArrivals, type Slot } from './slots.ts';

/** As long as the fault itself, but within these. */
const leastLongUs = 5_000_000;
const mostLongUs = 30_000_000;
/** A backlog that is worked off, or losses that become fewer, is slow recovery. */
const getsBetter = 0.7;

/** Of a fault that users still saw when the load ended: whether something of what they see is beyond the band to the last, and does not fall. */
export function isSelfKept(
  slots: readonly Slot[],
  { askedUs, endUs }: Pick<FaultTimes, 'askedUs' | 'endUs'>,
  untilUs: number,
  band: Pick<Band, 'failedShare' | 'p99Us'>,
): boolean {
  if (endUs === undefined) return false;
  const longUs = Math.min(Math.max(endUs - askedUs, leastLongUs), mostLongUs);
  if (untilUs - endUs < longUs) return false;
  const after = slots.filter((slot) => slot.fromUs >= endUs && hasArrivals(slot));
  const third = Math.floor(after.length / 3);
  if (third === 0) return false;
  const [first, last] = [after.slice(0, third), after.slice(-third)];
  const stays = (of: (some: readonly Slot[]) => number, mostUsual: number) =>
    of(last) > mostUsual && of(last) >= getsBetter * of(first);
  return stays(lostShare, band.failedShare) || stays(medianResponse, band.p99Us);
}

function lostShare(slots: readonly Slot[]): number {
  const lost = slots.reduce((sum, slot) => sum + slot.lost, 0);
  return (
    lost /
    Math.max(
      1,
      slots.reduce((sum, slot) => sum + slot.answered + slot.lost, 0),
    )
  );
}

function medianResponse(slots: readonly Slot[]): number {
  const seen = slots.filter(({ answered }) => answered > 0);
  return seen.length === 0 ? 0 : medianOf(seen.map(({ p99Us }) => p99Us));
}
