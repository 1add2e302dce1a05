/** Whether slow moments meet events more often than chance would have them meet. */

/** How often they met, how often chance would have them meet, and the odds of as many by chance. */
export interface Coincidence {
  readonly met: number;
  readonly expected: number;
  readonly of: number;
  /** The share of the shifts tried that gave at least as many meetings, this one counted as one of them. */
  readonly chance: number;
}

const mostShifts = 999;

/**
 * `slow` and `event` are of the same windows of one step, in order. The events are shifted round the step against the slow windows, so that
 * runs of each stay together (a random-shift test; Diggle, Statistical Analysis of Spatial Point Patterns, 2003, section 1.3): a
 * permutation of single windows would take each long event for many.
 */
export function coincidenceOf(
  slow: readonly boolean[],
  event: readonly boolean[],
  uniform: () => number,
): Coincidence | undefined {
  const windows = slow.length;
  const slowCount = slow.filter(Boolean).length;
  const eventCount = event.filter(Boolean).length;
  if (windows < 2 || slowCount === 0 || eventCount === 0 || event.length !== windows) return undefined;
  const met = meetings(slow, event, 0);
  const shifts = shiftsOf(windows, uniform);
  const asMany = shifts.filter((shift) => meetings(slow, event, shift) >= met).length;
  return {
    met,
    expected: (slowCount * eventCount) / windows,
    of: slowCount,
    chance: (asMany + 1) / (shifts.length + 1),
  };
}

function shiftsOf(windows: number, uniform: () => number): number[] {
  if (windows - 1 <= mostShifts) return Array.from({ length: windows - 1 }, (_, index) => index + 1);
  return Array.from({ length: mostShifts }, () => 1 + Math.floor(uniform() * (windows - 1)));
}

function meetings(slow: readonly boolean[], event: readonly boolean[], shift: number): number {
  let met = 0;
  for (const [index, isSlow] of slow.entries()) if (isSlow && event[(index + shift) % event.length]) met += 1;
  return met;
}
