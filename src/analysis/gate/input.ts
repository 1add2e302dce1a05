/** What a verdict is made from: finished rounds as plain values that survive JSON, so that it can be made again, bit for bit. */
import type { ArmStep } from '../../model/comparison.ts';
import type { Waiver } from '../../model/gate.ts';
import type { InvalidReason } from '../../model/run-result.ts';
import type { SloRule } from '../../model/scenario.ts';

/** One run of one arm, as `measureRun` reduces it; `invalid` is why the run itself cannot be trusted, empty when it can. */
export interface ArmRun {
  readonly invalid: readonly InvalidReason[];
  readonly steps: readonly ArmStep[];
  /** Runs of this arm in this round that were cut off, such as by the death of a target, however often it was repeated then. */
  readonly cutOff?: number | undefined;
}

/** One round: every arm once, by name, in the order they ran. */
export interface TrialRound {
  /** From 0, as the experiment counted, gaps included. */
  readonly index: number;
  readonly order: readonly string[];
  readonly arms: Readonly<Record<string, ArmRun>>;
}

/** What a gate can judge. */
export type GateMetric = 'p99' | 'slow-share' | 'capacity';

/** How a gate judges; shares are of 1 (0.1 is 10 %). */
export interface GateSettings {
  /** A slowdown up to this is harmless: it fails with a probability of at most `error`. */
  readonly tolerance: number;
  /** A slowdown from this on must not pass: it passes with a probability of at most `error`. */
  readonly detect: number;
  readonly error: number;
  /** Rounds after which it may decide, ascending. */
  readonly looks: readonly number[];
  readonly metrics: readonly GateMetric[];
  /** Steps that are judged; all measured steps without it. */
  readonly steps?: readonly string[] | undefined;
  /** A step that is busier in both arms is judged through capacity. */
  readonly maxUtilisation: number;
  /** The p99 at which capacity ends; without it five times the p99 of the lowest step, the same for both arms. */
  readonly capacityLimitUs?: number | undefined;
  /** Windows that a step needs in each round and arm. */
  readonly minWindows: number;
  /** Absolute rules for the candidate alone. */
  readonly slo: readonly SloRule[];
  readonly seed: number;
  /** What is shown to be worse here fails nothing, and what is open here keeps nothing from passing. */
  readonly waivers?: readonly Waiver[] | undefined;
}

/** Settings of a gate that is told nothing else. */
export const defaultGateSettings: GateSettings = {
  tolerance: 0.025,
  detect: 0.1,
  error: 0.05,
  looks: [8, 12, 16],
  metrics: ['p99', 'slow-share', 'capacity'],
  maxUtilisation: 0.65,
  minWindows: 20,
  slo: [],
  seed: 1,
};

/** Everything a verdict depends on; its rounds have the arms `baseline` and `candidate`. */
export interface GateInput {
  readonly settings: GateSettings;
  readonly rounds: readonly TrialRound[];
  /** No further round will come: the gate looks a last time at what there is. */
  readonly isOver: boolean;
}
