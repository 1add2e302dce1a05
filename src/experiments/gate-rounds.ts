/** The rounds of a gate: as many as its next look needs, then a verdict, until that is final or nothing more may be run. */
import { roundsToNextLook, trialRounds } from '../analysis/gate/rounds.ts';
import { gateVerdict } from '../analysis/gate/verdict.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Gate } from '../model/gate.ts';
import type { GateSettings } from '../model/gate-input.ts';
import { gateArms } from '../model/gate-terms.ts';
import type { Caller } from '../model/host.ts';
import type { Arm } from './arm.ts';
import { keepGate } from './finish.ts';
import type { ComparisonPlan } from './plan.ts';
import { compareRounds, type RoundsKeeper, withRoundsKeeper } from './rounds.ts';
import { repeats } from './run-arm.ts';

/** A gate to carry out. */
export interface GateWork {
  readonly gate: Omit<Gate, 'input' | 'verdict'>;
  readonly settings: GateSettings;
  readonly comparison: Comparison;
  readonly arms: readonly Arm[];
  readonly plan: ComparisonPlan;
  /** The rounds after which a gate that goes on last looked: it must not look elsewhere than if it had never stopped. */
  readonly judged: number;
}

/** How the runs of a gate are made and kept, and the gate with each verdict. */
export interface GateKeeper extends RoundsKeeper {
  keepGate(gate: Gate): Promise<void>;
}

/** Gives the work real runs, kept in the directory of the gate. */
export async function withGateKeeper<T>(
  directory: string,
  caller: Caller,
  work: (keeper: GateKeeper) => Promise<T>,
): Promise<T> {
  return await withRoundsKeeper(directory, caller, (keeper) =>
    work({ ...keeper, keepGate: async (gate) => await keepGate(directory, gate) }),
  );
}

/** Runs until the verdict is final; rejects when the user interrupts or an arm does not come up, and what had ended is kept. */
export async function gateRounds(
  work: GateWork,
  keeper: GateKeeper,
  caller: Pick<Caller, 'tell' | 'time'>,
): Promise<Gate> {
  const { settings, arms, plan } = work;
  const startMs = caller.time.monotonicMs();
  let comparison = work.comparison;
  let isOver = false;
  let judged = work.judged;
  for (;;) {
    const rounds = trialRounds(comparison, gateArms, repeats + 1).slice(0, judged);
    const input = { settings, rounds, isOver };
    const verdict = gateVerdict(input);
    const next = roundsToNextLook(settings.looks, verdict);
    const whole: Gate = { ...work.gate, input, verdict };
    await keeper.keepGate(whole);
    if (verdict.isFinal && isOver) return whole;
    if (verdict.isFinal || next === undefined) {
      isOver = true;
      continue;
    }
    const budgetMs = plan.budgetMs === undefined ? undefined : plan.budgetMs - (caller.time.monotonicMs() - startMs);
    comparison = await compareRounds(
      { comparison: { ...comparison, plannedRounds: next }, arms, plan: { ...plan, budgetMs } },
      keeper,
      caller,
    );
    judged = trialRounds(comparison, gateArms, repeats + 1).length;
    isOver = judged < next;
  }
}
