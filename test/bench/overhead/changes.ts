/** From runs to changes: each arm against what nothing observed in the same round, and what that can tell. */
import { percentOfLog } from '../../../src/analysis/statistics/effect.ts';
import { hodgesLehmann, lowerBound, upperBound } from '../../../src/analysis/statistics/walsh-bounds.ts';
import { type Loop, off, offAgain } from './arms.ts';
import type { Figures } from './run-arm.ts';

/** One run in its place; `figures` are missing when it failed or was invalid twice. */
export interface Run {
  readonly round: number;
  readonly loop: Loop;
  readonly arm: string;
  readonly figures?: Figures | undefined;
  /** One for each attempt that failed. */
  readonly failures: readonly string[];
}

/** A change in percent or in the unit of its figure: the Hodges-Lehmann estimate and its 95 % interval, infinite below six rounds. */
export interface Change {
  readonly by: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** Which figure of which loop. */
export interface Of {
  readonly loop: Loop;
  readonly figure: keyof Figures;
}

/** The error of an interval on each side. */
const level = 0.025;

/** The relative change of one figure that an arm makes, in percent, from log-ratios; see `difference` for against what. */
export function ratio(runs: readonly Run[], arm: string, of: Of): Change {
  const { by, low, high, rounds } = estimate(pairedDifferences(runs, arm, of, Math.log));
  return { by: percentOfLog(by), low: percentOfLog(low), high: percentOfLog(high), rounds };
}

/**
 * The change of one figure in its own unit; of `off again`, against `off`: the noise. Every other arm is held against the
 * mean of the round's two (of `ratio`, the geometric one); a round in which one of them failed counts with the other.
 */
export function difference(runs: readonly Run[], arm: string, of: Of): Change {
  return estimate(pairedDifferences(runs, arm, of, (value) => value));
}

/** One value for each round that has both sides. */
function pairedDifferences(
  runs: readonly Run[],
  arm: string,
  { loop, figure }: Of,
  transform: (value: number) => number,
): number[] {
  const valueIn = (name: string, round: number) => {
    const run = runs.find((each) => each.arm === name && each.loop === loop && each.round === round);
    return run?.figures && transform(run.figures[figure]);
  };
  const references = arm === offAgain ? [off] : [off, offAgain];
  return [...new Set(runs.map(({ round }) => round))].flatMap((round) => {
    const own = valueIn(arm, round);
    const theirs = references.flatMap((name) => valueIn(name, round) ?? []);
    return own === undefined || theirs.length === 0 ? [] : [own - meanOf(theirs)];
  });
}

function estimate(values: readonly number[]): Change {
  return {
    by: hodgesLehmann(values),
    low: lowerBound(values, level),
    high: upperBound(values, level),
    rounds: values.length,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether a change is one: its interval leaves out zero, and it is larger than two times nothing may differ by, either way. */
export function isDistinguishable({ by, low, high }: Change, noise: Change): boolean {
  return (low > 0 || high < 0) && Math.abs(by) > Math.max(Math.abs(noise.low), Math.abs(noise.high));
}

/** What can be said of a target. */
export type Answer = 'yes' | 'no' | 'cannot tell';

/** Whether a figure that should not fall fell by at most so much, in the unit of the change. */
export function fellByAtMost(most: number, { low, high }: Change): Answer {
  if (low >= -most) return 'yes';
  return high < -most ? 'no' : 'cannot tell';
}

/** The mirror image of `fellByAtMost`. */
export function roseByAtMost(most: number, { low, high }: Change): Answer {
  if (high <= most) return 'yes';
  return low > most ? 'no' : 'cannot tell';
}
