/** The kept runs of a gate to the rounds that its verdict is made from. */
import type { Comparison } from '../../model/comparison.ts';
import type { TrialRound, TrialRun } from '../../model/gate-input.ts';

/** Rounds in which every arm has a valid run, or has used up its attempts; one that was interrupted is none yet. */
export function trialRounds({ runs }: Comparison, arms: readonly string[], attempts: number): TrialRound[] {
  const numbers = [...new Set(runs.map(({ round }) => round))].sort((a, b) => a - b);
  return numbers.flatMap((number) => {
    const last = arms.flatMap((arm) => {
      const own = runs.filter(({ round, variant }) => round === number && variant === arm);
      const run = own.find(({ invalid }) => invalid.length === 0) ?? own[attempts - 1];
      return run ? [run] : [];
    });
    if (last.length < arms.length) return [];
    const order = [...last].sort((a, b) => a.position - b.position).map(({ variant }) => variant);
    const entries = last.map(({ variant, invalid, builds, steps, ruled, faults, convergences }): [string, TrialRun] => {
      const cutOff = runs.filter((run) => run.round === number && run.variant === variant && isCutOff(run)).length;
      const known = {
        ...(builds ? { builds } : {}),
        ...(ruled ? { ruled } : {}),
        ...(faults ? { faults } : {}),
        ...(convergences ? { convergences } : {}),
      };
      return [variant, { invalid, ...known, steps, ...(cutOff > 0 ? { cutOff } : {}) }];
    });
    return [{ index: number - 1, order, arms: Object.fromEntries(entries) }];
  });
}

function isCutOff({ invalid }: Comparison['runs'][number]): boolean {
  return invalid.some(({ code }) => code === 'incomplete');
}

/** How many rounds have to be finished for the next look, when some of them were set aside; undefined after the last look. */
export function roundsToNextLook(
  looks: readonly number[],
  { finishedRounds, usedRounds }: { readonly finishedRounds: number; readonly usedRounds: number },
): number | undefined {
  const next = looks.find((rounds) => rounds > usedRounds);
  return next === undefined ? undefined : finishedRounds + next - usedRounds;
}
