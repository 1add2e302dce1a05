/** Which runs of a comparison can be used: variants with enough valid runs, and rounds that are whole. */
import type { ArmRun, Comparison } from '../../model/comparison.ts';

/** A round in which every variant has a valid run, by variant. */
export type CompleteRound = ReadonlyMap<string, ArmRun>;

/** A variant takes part when it has a valid run in at least this share of the rounds. */
const leastPresent = 0.5;

/** Variants that have enough valid runs, and a line for whatever is not there. */
export function judgeable({ runs }: Comparison, names: readonly string[]) {
  const roundCount = new Set(runs.map(({ round }) => round)).size;
  const valid = (name: string) =>
    new Set(runs.filter((run) => run.variant === name && run.invalid.length === 0).map(({ round }) => round)).size;
  const variants = names.filter((name) => valid(name) > 0 && valid(name) >= leastPresent * roundCount);
  const missing = names.flatMap((name) => {
    const count = valid(name);
    if (count === roundCount) return [];
    const reason = runs.findLast((run) => run.variant === name && run.invalid.length > 0)?.invalid[0]?.message;
    const why = reason === undefined ? '' : `, last because ${reason}`;
    return [
      `${name}: ${roundCount - count} of ${roundCount} rounds have no valid run of it${why}${variants.includes(name) ? '' : '; it is not judged'}`,
    ];
  });
  return { variants, missing };
}

/** Rounds in which each of these variants has a valid run, with their numbers. */
export function completeRounds(
  runs: readonly ArmRun[],
  variants: readonly string[],
): { number: number; round: CompleteRound }[] {
  return [...new Set(runs.map(({ round }) => round))]
    .sort((a, b) => a - b)
    .map((number) => {
      const own = runs.filter(
        (run) => run.round === number && run.invalid.length === 0 && variants.includes(run.variant),
      );
      return { number, round: new Map(own.map((run) => [run.variant, run])) };
    })
    .filter(({ round }) => round.size === variants.length);
}
