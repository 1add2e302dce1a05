/** Finished rounds made of plain values, for tests of verdicts. */
import { defaultGateSettings } from '../../src/analysis/gate/settings.ts';
import type { ArmStep } from '../../src/model/comparison.ts';
import type { GateInput, TrialRound, TrialRun } from '../../src/model/gate-input.ts';
import { encodeHistogram, newHistogram } from '../../src/model/histogram.ts';

/** A healthy step: 24 windows of one second at this p99, 3 % of the answers at it and the others a quarter as long. */
export function armStep(name: string, rps: number, p99Us: number, change: Partial<ArmStep> = {}): ArmStep {
  const planned = rps * 24;
  const response = newHistogram();
  response.recordValueWithCount(Math.round(p99Us / 4), planned * 0.97);
  response.recordValueWithCount(Math.round(p99Us), planned * 0.03);
  return {
    name,
    rps,
    completedRps: rps,
    windowSeconds: 1,
    windows: Array.from({ length: 24 }, () => ({ p99Us, isDisturbed: false })),
    response: encodeHistogram(response),
    counts: { planned, completed: planned, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 },
    lagP99Us: 100,
    ...change,
  };
}

/** A run of two healthy steps, `low` at 500/s and `high` at 1,000/s, with these p99. */
export function armRun(lowUs: number, highUs: number, change: Partial<ArmStep> = {}): TrialRun {
  return { invalid: [], steps: [armStep('low', 500, lowUs, change), armStep('high', 1000, highUs, change)] };
}

/** Small differences between rounds, so that nothing is constant: in percent, of both signs, the same in every test. */
const wobble = [0.7, -1.1, 0.4, -0.3, 1.3, -0.8, 0.2, -0.5, 0.9, -0.6, 1.0, -1.2, 0.3, -0.2, 0.6, -0.9];

/** Rounds in which the candidate is slower by `slower` (a share, by step) than the baseline's 2 and 4 ms. */
export function gateRounds(
  count: number,
  slower: { low?: number; high?: number } = {},
  change: (round: number, arm: string) => Partial<ArmStep> = () => ({}),
): TrialRound[] {
  return Array.from({ length: count }, (_, index) => {
    const noise = (column: number) => 1 + (wobble[(index * 3 + column) % wobble.length] ?? 0) / 100;
    return {
      index,
      order: index % 3 === 0 ? ['candidate', 'baseline'] : ['baseline', 'candidate'],
      arms: {
        baseline: armRun(2000, 4000, change(index, 'baseline')),
        candidate: armRun(
          2000 * noise(0) * (1 + (slower.low ?? 0)),
          4000 * noise(1) * (1 + (slower.high ?? 0)),
          change(index, 'candidate'),
        ),
      },
    };
  });
}

/** A gate with default settings over these rounds. */
export function gateInput(rounds: readonly TrialRound[], change: Partial<GateInput['settings']> = {}): GateInput {
  return { settings: { ...defaultGateSettings, ...change }, rounds, isOver: false };
}
