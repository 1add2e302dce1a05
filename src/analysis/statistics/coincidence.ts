/** Whether slow moments meet events more often than chance would have them meet. */

/** The windows of one step, in order: which are slow, and which an event falls into. */
export interface Windows {
  readonly slow: readonly boolean[];
  readonly event: readonly boolean[];
}

/** How often they met, how often chance would have them meet, and the odds of as many by chance. */
export interface Coincidence {
  readonly met: number;
  readonly expected: number;
  /** How many windows are slow. */
  readonly of: number;
  /** The share of the shifts tried that gave at least as many meetings, the true one counted as one of them. */
  readonly chance: number;
}

const shifts = 4999;

/**
 * The events are shifted round each step against its slow windows, so that runs of each stay together (a random-shift test; Diggle,
 * Statistical Analysis of Spatial Point Patterns, 2003, section 1.3): a permutation of single windows would take each long event for many.
 * Undefined when nothing is slow, or no step with slow windows has events.
 */
export function coincidenceOf(steps: readonly Windows[], uniform: () => number): Coincidence | undefined {
  const useful = steps.map(indexed).filter(({ slow, events }) => slow.length > 0 && events > 0);
  if (useful.length === 0) return undefined;
  const met = useful.reduce((sum, step) => sum + meetings(step, 0), 0);
  let asMany = 1;
  for (let trial = 0; trial < shifts; trial++) {
    const shifted = useful.reduce((sum, step) => sum + meetings(step, Math.floor(uniform() * step.length)), 0);
    if (shifted >= met) asMany += 1;
  }
  return {
    met,
    expected: useful.reduce((sum, { slow, events, length }) => sum + (slow.length * events) / length, 0),
    of: steps.reduce((sum, { slow }) => sum + slow.filter(Boolean).length, 0),
    chance: asMany / (shifts + 1),
  };
}

interface Indexed {
  /** How many windows there are. */
  readonly length: number;
  /** Indexes of the slow windows. */
  readonly slow: Uint32Array;
  /** 1 where an event falls into the window; all of them twice, so that no shift leads beyond them. */
  readonly event: Uint8Array;
  readonly events: number;
}

function indexed({ slow, event }: Windows): Indexed {
  const indexes = Uint32Array.from(slow.flatMap((isSlow, index) => (isSlow ? [index] : [])));
  const twice = Uint8Array.from([...event, ...event], Number);
  return { length: event.length, slow: indexes, event: twice, events: event.filter(Boolean).length };
}

function meetings({ slow, event }: Indexed, shift: number): number {
  let met = 0;
  for (let at = 0; at < slow.length; at++) met += event[(slow[at] ?? 0) + shift] ?? 0;
  return met;
}
