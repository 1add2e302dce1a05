/** The rounds of a gate: as many as its next look needs, then a verdict, until that is final or nothing more may be run. */
import type { GateSettings } from '../analysis/gate/input.ts';
import { roundsToNextLook, trialRounds } from '../analysis/gate/rounds.ts';
import { type GateVerdict, gateArms, gateVerdict } from '../analysis/gate/verdict.ts';
import { writeGate } from '../archive/gate-file.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Gate } from '../model/gate.ts';
import type { Caller } from '../model/host.ts';
import type { ComparisonPlan } from './plan.ts';
import { compareRounds, repeats } from './rounds.ts';
import type { Variant } from './variants.ts';

/** A gate to carry out in its directory. */
export interface GateWork {
  readonly directory: string;
  readonly gate: Omit<Gate, 'input' | 'verdict'>;
  readonly settings: GateSettings;
  readonly comparison: Comparison;
  readonly variants: readonly Variant[];
  readonly plan: ComparisonPlan;
  /** The rounds after which a gate that goes on last looked: it must not look elsewhere than if it had never stopped. */
  readonly judged: number;
}

/** Runs until the verdict is final; rejects when the user interrupts or an arm does not come up, and what had ended is kept. */
export async function gateRounds(work: GateWork, caller: Caller): Promise<Gate> {
  const { directory, settings, variants, plan } = work;
  const startMs = performance.now();
  let comparison = work.comparison;
  let isOver = false;
  let judged = work.judged;
  for (;;) {
    const rounds = trialRounds(comparison, gateArms, repeats + 1).slice(0, judged);
    const input = { settings, rounds, isOver };
    const verdict = gateVerdict(input);
    const next = roundsToNextLook(settings.looks, verdict);
    if (verdict.isFinal && isOver) return await keep(work, input, verdict);
    await keep(work, input, verdict);
    if (verdict.isFinal || next === undefined) {
      isOver = true;
      continue;
    }
    const budgetMs = plan.budgetMs === undefined ? undefined : plan.budgetMs - (performance.now() - startMs);
    comparison = await compareRounds(
      { directory, comparison: { ...comparison, plannedRounds: next }, variants, plan: { ...plan, budgetMs } },
      caller,
    );
    judged = trialRounds(comparison, gateArms, repeats + 1).length;
    isOver = judged < next;
  }
}

async function keep({ directory, gate }: GateWork, input: Gate['input'], verdict: GateVerdict): Promise<Gate> {
  const whole: Gate = { ...gate, input, verdict: { ...verdict } };
  await writeGate(directory, whole);
  return whole;
}
