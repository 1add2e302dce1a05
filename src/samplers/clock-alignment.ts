/** Puts times of another process's clock on ours, from when its lines arrived here. */

/** Gives the time on our clock, microseconds, of what happened at `theirUs` and reached us at `arrivalUs`. */
export type Align = (theirUs: number, arrivalUs: number) => number;

/** How many lines the offset is taken from: enough to meet one that was not delayed, few enough to follow a drift. */
const windowLength = 64;

/**
 * An alignment for one process. A line can only arrive late, never early, so the least difference seen between
 * arrival and the process's own time is nearest to the truth; a read that was delayed does not shift its sample.
 */
export function createAlignment(): Align {
  const offsets: number[] = [];
  return (theirUs, arrivalUs) => {
    offsets.push(arrivalUs - theirUs);
    if (offsets.length > windowLength) offsets.shift();
    return theirUs + Math.min(...offsets);
  };
}
