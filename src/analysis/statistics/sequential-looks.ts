/** When a gate may decide, and how much of the allowed error each of its looks spends. */
import type { Look } from '../../model/gate-verdict.ts';

/** The rounds after which a gate looks unless it is told otherwise. */
export const defaultLooks: readonly number[] = [8, 12, 16];

/** Shares of the allowed error by look; a gate with another number of looks shares it out evenly. */
const sharesOfThree = [0.3, 0.3, 0.4];

/**
 * The looks of a gate, ascending. The errors add up to `error`, so the whole sequence errs no more often, however its looks depend on each
 * other: passing by the union bound, failing by counting what looks before have spent (Pocock, Biometrika 64, 1977, for why peeking costs).
 */
export function plannedLooks(rounds: readonly number[], error: number): Look[] {
  const ascending = [...new Set(rounds)].sort((a, b) => a - b);
  return ascending.map((each, index) => {
    const share = ascending.length === 3 ? (sharesOfThree[index] ?? 0) : 1 / ascending.length;
    return { rounds: each, alpha: error * share, beta: error * share, isLast: index === ascending.length - 1 };
  });
}

/** The fewest rounds at which a sign-flip test can reach `alpha` at all: its smallest p-value is 2^-R. */
export function leastRounds(alpha: number): number {
  return Math.ceil(-Math.log2(alpha) - 1e-9);
}

/**
 * The looks that are left when the budget ends after `done` rounds: those already reached and, if it could still show anything,
 * one at `done` in place of the next. It spends what that next look was to spend, so nothing is spent twice.
 */
export function looksWithin(looks: readonly Look[], done: number): Look[] {
  const reached = looks.filter((look) => look.rounds <= done);
  const next = looks[reached.length];
  const last = reached.at(-1)?.rounds ?? 0;
  const canShow = next !== undefined && done > last && done >= leastRounds(next.alpha);
  const all = canShow ? [...reached, { ...next, rounds: done }] : reached;
  return all.map((look, index) => ({ ...look, isLast: index === all.length - 1 }));
}
