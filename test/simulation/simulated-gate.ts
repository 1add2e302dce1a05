/** Whole gates on a simulated machine: rounds are made as a look asks for them, and judged by the product's own statistics. */
import { gateColumns, type StepPair } from '../../src/analysis/gate/columns.ts';
import { decideAt, type SpentError } from '../../src/analysis/gate/decision.ts';
import { defaultGateSettings } from '../../src/analysis/gate/settings.ts';
import { armOrder } from '../../src/analysis/rounds/arm-order.ts';
import { plannedLooks } from '../../src/analysis/statistics/sequential-looks.ts';
import type { GateSettings } from '../../src/model/gate-input.ts';
import type { Decision } from '../../src/model/gate-verdict.ts';
import {
  type Change,
  type HostName,
  hosts,
  type Machine,
  machine,
  type Ramp,
  type SimulatedStep,
  tailOfSimulated,
} from './simulated-host.ts';

/** One kind of gate, to be repeated with many seeds. */
export interface GateCase {
  readonly host: HostName;
  readonly ramp: Ramp;
  readonly change?: Change;
  readonly settings?: Partial<GateSettings>;
  /** Runs all of the baseline, then all of the candidate, as one should not. */
  readonly isBlocked?: boolean;
  /** Leaves out windows that a burst met. */
  readonly isMasked?: boolean;
  /** Log-ratio by which the machine slows down from the first to the last round. */
  readonly trend?: number;
}

/** Steps of 30 s as a release is gated with, and of 12 s for quick answers. */
export const releaseRamp: Ramp = { rates: [400, 800, 1200], stepS: 30 };
export const quickRamp: Ramp = { rates: [400, 800, 1200], stepS: 12 };

/** Only the 800 step is slower by this share. */
export function oneStep(share: number): Change {
  return { factors: [1, 1 + share, 1] };
}

/** Only in the 800 step every request takes this share more work. */
export function oneStepWork(share: number): Change {
  return { work: [1, 1 + share, 1] };
}

/** All steps are slower by this share. */
export function allSteps(share: number): Change {
  return { factors: [1 + share, 1 + share, 1 + share] };
}

/** What a simulated gate said, and after how many rounds. */
export function simulateGate(gate: GateCase, seed: number): Decision {
  const settings = { ...defaultGateSettings, seed, ...gate.settings };
  const looks = plannedLooks(settings.looks, settings.error);
  const most = Math.max(...settings.looks);
  const roundS = 2 * (gate.ramp.rates.length * gate.ramp.stepS + 8);
  const host = machine(hosts[gate.host], seed, {
    trend: (gate.trend ?? 0) / (most * roundS),
    isMasked: gate.isMasked ?? false,
  });
  const rounds: StepPair[][] = [];
  const more = gate.isBlocked ? blocked(host, gate, most) : (round: number) => interleaved(host, gate, round, seed);
  let spent: SpentError | undefined;
  for (const look of looks) {
    while (rounds.length < look.rounds) rounds.push(more(rounds.length));
    const { decision, ...after } = decideAt(look, gateColumns(rounds, settings), settings, spent);
    spent = after.spent;
    if (decision.outcome !== 'cannot-tell' || look.isLast) return decision;
  }
  throw new Error('a gate needs a look');
}

/** Shares of outcomes, and the mean number of rounds, over seeds from 1. */
export function repeatGate(gate: GateCase, times: number): { fail: number; pass: number; rounds: number } {
  const all = Array.from({ length: times }, (_, index) => simulateGate(gate, index + 1));
  const share = (outcome: Decision['outcome']) => all.filter((each) => each.outcome === outcome).length / times;
  return {
    fail: share('fail'),
    pass: share('pass'),
    rounds: all.reduce((sum, { look }) => sum + look.rounds, 0) / times,
  };
}

function interleaved(host: Machine, { ramp, change }: GateCase, round: number, seed: number): StepPair[] {
  const runs = new Map(
    armOrder(['baseline', 'candidate'], round, seed).map((arm) => [
      arm,
      host.run(ramp, arm === 'candidate' ? (change ?? {}) : {}),
    ]),
  );
  return pairsOf(ramp, runs.get('baseline') ?? [], runs.get('candidate') ?? []);
}

function blocked(host: Machine, { ramp, change }: GateCase, most: number): (round: number) => StepPair[] {
  const times = Array.from({ length: most }, (_, round) => round);
  const baseline = times.map(() => host.run(ramp, {}));
  const candidate = times.map(() => host.run(ramp, change ?? {}));
  return (round) => pairsOf(ramp, baseline[round] ?? [], candidate[round] ?? []);
}

function pairsOf({ rates }: Ramp, baseline: readonly SimulatedStep[], candidate: readonly SimulatedStep[]): StepPair[] {
  return rates.map((rps, index) => ({
    name: String(rps),
    rps,
    baseline: tailOfSimulated(baseline[index]!),
    candidate: tailOfSimulated(candidate[index]!),
  }));
}
