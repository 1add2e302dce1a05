/** How the clock in the traces of a process stands to the run's: by when each trace was asked for, and when it was there. */

/** One trace; times in microseconds, `firstUs` and `lastUs` as if its clock were the run's. */
export interface StampedTrace {
  readonly askedUs: number;
  readonly answeredUs: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

/** What is added to the time of a trace to have ours, and how far that may be from the truth. */
export interface ProcessClock {
  readonly isSame: boolean;
  readonly offsetUs: number;
  readonly errorUs: number;
}

/** Our stamps are read a little before and after what they are of, never otherwise; this is for numbers that were cut. */
const slackUs = 10;

/**
 * A trace begins after it was asked for and ends before it was there, which bounds the offset from both sides (Marzullo 1984); that of a
 * process is within the bounds of all its traces. Where no offset is as well, it is one clock: all processes of a Linux machine share
 * CLOCK_MONOTONIC, which counts from its start. Undefined where no offset is within the bounds of all.
 */
export function processClockOf(traces: readonly StampedTrace[]): ProcessClock | undefined {
  const leastUs = Math.max(...traces.map(({ askedUs, firstUs }) => askedUs - firstUs));
  const mostUs = Math.min(...traces.map(({ answeredUs, lastUs }) => answeredUs - lastUs));
  if (traces.length === 0 || leastUs > mostUs + slackUs) return undefined;
  if (leastUs <= slackUs && mostUs >= -slackUs) return { isSame: true, offsetUs: 0, errorUs: 0 };
  return { isSame: false, offsetUs: (leastUs + mostUs) / 2, errorUs: Math.max(0, (mostUs - leastUs) / 2) };
}

/** A request and its exchange; microseconds, those of the request on the clock of its process and `offsetUs` added. */
interface Nested {
  readonly writtenUs: number;
  readonly beginUs: number;
  readonly servedUs: number;
  readonly endUs: number;
}

/**
 * What the pairs that were found say of the offset: no request begins before it was written, or was answered after its answer was read. As it
 * was where that contradicts itself.
 */
export function narrowed(clock: ProcessClock, pairs: readonly Nested[]): ProcessClock {
  if (clock.isSame || pairs.length === 0) return clock;
  let [leastUs, mostUs] = [-clock.errorUs, clock.errorUs];
  for (const { writtenUs, beginUs, servedUs, endUs } of pairs) {
    leastUs = Math.max(leastUs, writtenUs - beginUs);
    mostUs = Math.min(mostUs, endUs - servedUs);
  }
  if (leastUs > mostUs) return clock;
  return { isSame: false, offsetUs: clock.offsetUs + (leastUs + mostUs) / 2, errorUs: (mostUs - leastUs) / 2 };
}
