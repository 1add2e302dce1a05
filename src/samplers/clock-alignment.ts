/** Puts times of another process's clock on ours, from when its lines arrived here. */

import { upperMedianOf } from '../model/median.ts';
import type { ClockRelation } from '../model/sample.ts';

/** Gives the time on our clock, microseconds, of what happened at `theirUs` and reached us at `arrivalUs`. */
export type Align = (theirUs: number, arrivalUs: number) => number;

/** An alignment, and what came of it so far. */
export interface Alignment {
  readonly align: Align;
  /** Undefined before the first line. */
  relation(): Pick<ClockRelation, 'method' | 'offsetUs' | 'uncertaintyUs' | 'typicalUs' | 'stamps'> | undefined;
}

/** How many lines the offset is taken from: enough to meet one that was not delayed, few enough to follow a drift. */
const windowLength = 64;
/** With fewer lines nothing can be said of how late they usually are. */
const leastStamps = 4;

/**
 * An alignment for one process whose stamps are cut off to `resolutionUs`. A line can only arrive late, never early, so the least
 * difference seen between arrival and the process's own time is nearest to the truth; a read that was delayed does not shift its
 * sample. How late the quickest line was cannot be seen; it is taken to be no later than the median line was after it.
 */
export function createAlignment(resolutionUs: number): Alignment {
  const offsets: number[] = [];
  let stamps = 0;
  return {
    align(theirUs, arrivalUs) {
      offsets.push(arrivalUs - theirUs);
      stamps += 1;
      if (offsets.length > windowLength) offsets.shift();
      return theirUs + Math.min(...offsets);
    },
    relation() {
      if (stamps === 0) return undefined;
      const offsetUs = Math.min(...offsets);
      const latenessUs = upperMedianOf(offsets.map((offset) => offset - offsetUs));
      const uncertaintyUs = stamps < leastStamps ? undefined : resolutionUs + latenessUs;
      return { method: 'least-delay', offsetUs, uncertaintyUs, typicalUs: uncertaintyUs, stamps };
    },
  };
}
