/** Whether a gate can begin, or go on where one stopped, before anything is started. */
import { roundsToNextLook, trialRounds } from '../../analysis/gate/rounds.ts';
import { about, type ComparisonPlan } from '../../experiments/plan.ts';
import { repeats } from '../../experiments/run-arm.ts';
import type { Comparison } from '../../model/comparison.ts';
import { usageError } from '../../model/errors.ts';
import type { Gate } from '../../model/gate.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import { gateArms } from '../../model/gate-terms.ts';
import type { GateVerdict } from '../../model/gate-verdict.ts';
import { formatDurationMs } from '../../model/units.ts';

/** A gate that has had its last look is over, also when that was before it could tell: another would spend the error twice. */
export function isEnded({ input }: Gate): boolean {
  return input.isOver;
}

/** Refuses a directory whose gate was begun with other settings. */
export function refuseOther({ input }: Gate, settings: GateSettings, directory: string): void {
  const keys = new Set([...Object.keys(settings), ...Object.keys(input.settings)]) as Set<keyof GateSettings>;
  const changed = [...keys].filter((key) => JSON.stringify(settings[key]) !== JSON.stringify(input.settings[key]));
  if (changed.length === 0) return;
  throw usageError(
    'another-gate',
    `${directory}: was begun with other settings (${changed.join(', ')}), and cannot be gone on with`,
    'Repeat the command it was made with; --replay judges its rounds with other margins; or name another directory with --out DIR.',
  );
}

/** A budget that ends before the next look would end the gate without one: refused before anything is started. */
export function refuseShortBudget(
  { budgetMs, runMs }: ComparisonPlan,
  { looks }: GateSettings,
  done: Comparison | undefined,
  last: GateVerdict | undefined,
): void {
  if (budgetMs === undefined) return;
  const next = last?.isFinal ? undefined : roundsToNextLook(looks, last ?? { finishedRounds: 0, usedRounds: 0 });
  if (next === undefined) return;
  const rounds = done ? trialRounds(done, gateArms, repeats + 1) : [];
  const missing = next - rounds.length;
  const neededMs = missing * 2 * runMs;
  if (budgetMs >= neededMs) return;
  const look = rounds.length === 0 ? `the first look is after ${missing}` : `the next look is after ${missing} more`;
  throw usageError(
    'budget-too-short',
    `a budget of ${formatDurationMs(budgetMs)} is too short: ${look} rounds of 2 runs, ${about(neededMs)}`,
    'A larger --budget, or shorter steps; nothing was started.',
  );
}
