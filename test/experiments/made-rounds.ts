/** A laboratory in memory: a clock that runs only while runs are made, runs that are what a test says, and everything that was kept. */
import { defaultGateSettings } from '../../src/analysis/gate/settings.ts';
import type { Arm } from '../../src/experiments/arm.ts';
import type { GateKeeper, GateWork } from '../../src/experiments/gate-rounds.ts';
import type { ArmRun, Comparison } from '../../src/model/comparison.ts';
import type { Gate } from '../../src/model/gate.ts';
import type { GateSettings } from '../../src/model/gate-input.ts';
import type { RoundSlot } from '../../src/session/rounds.ts';
import { madeComparison } from '../helpers/comparison.ts';
import { keptGate } from '../helpers/gate.ts';

/** What a run comes to, or throws. */
export type MadeRun = (slot: RoundSlot) => Pick<ArmRun, 'invalid' | 'steps' | 'nodes'>;

/** How long every run takes on the laboratory's clock. */
export const runMs = 1000;

/** Keeps what is made in memory; `slots` are the runs that were begun. */
export function createLaboratory(made: MadeRun) {
  let nowMs = 0;
  const slots: RoundSlot[] = [];
  const comparisons: Comparison[] = [];
  const gates: Gate[] = [];
  const told: string[] = [];
  const keeper: GateKeeper = {
    run: async (slot, { name }) => {
      slots.push(slot);
      nowMs += runMs;
      const { round, position, attempt } = slot;
      const directory = `round-${round}/${name}`;
      return { round, variant: name, position, attempt, directory, startedAt: '', tookMs: runMs, ...made(slot) };
    },
    keep: async (comparison) => void comparisons.push(comparison),
    keepGate: async (gate) => void gates.push(gate),
  };
  const time = { monotonicMs: () => nowMs, wallMs: () => nowMs };
  return { keeper, caller: { time, tell: (text: string) => void told.push(text) }, slots, comparisons, gates, told };
}

/** Arms that are nothing but their names. */
export function namedArms(names: readonly string[]): Arm[] {
  return names.map((name) => ({ name, settings: {}, digest: name }) as unknown as Arm);
}

/** A comparison of these arms without a run. */
export function emptyComparison(names: readonly string[], plannedRounds: number): Comparison {
  return { ...madeComparison(names.map((name) => ({ name, p99Us: 1 }))), plannedRounds, runs: [] };
}

/** A gate that has made no round. */
export function newGateWork(settings: Partial<GateSettings> = {}, budgetMs?: number): GateWork {
  const { input: _input, verdict: _verdict, ...gate } = keptGate([]);
  return {
    gate,
    settings: { ...defaultGateSettings, ...settings },
    comparison: emptyComparison(['baseline', 'candidate'], 1),
    arms: namedArms(['baseline', 'candidate']),
    plan: { rounds: 16, budgetMs, runMs },
    judged: 0,
  };
}
