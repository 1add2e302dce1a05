/** Rules of which a run cannot tell whether they hold: they are not broken, and nothing is shown to hold. */
import type { SloOutcome } from '../../model/run-result.ts';

/** The outcomes that are neither kept nor broken; those of one step where it is named. */
export function undecided(outcomes: readonly SloOutcome[], step?: string): SloOutcome[] {
  return outcomes.filter(
    (each) =>
      (each.outcome === 'cannot-tell' || each.outcome === 'no-data') && (step === undefined || each.step === step),
  );
}
