/** Comparisons made of plain numbers, for tests of what is said of them. */
import { type ArmRun, type ArmStep, type Comparison, comparisonSchemaVersion } from '../../src/model/comparison.ts';
import { seededUniform } from '../../src/model/random.ts';
import { histogram } from './raw-run.ts';

/** What one variant is like: its p99 and the CPU time of a request, both before noise. */
export interface MadeVariant {
  readonly name: string;
  readonly p99Us: number;
  readonly cpuUs?: number;
  /** Of the highest rate. */
  readonly answeredShare?: number;
  readonly series?: Record<string, number>;
  readonly failed?: number;
}

const rates = [
  ['low', 500],
  ['high', 1000],
] as const;

/** A comparison of so many rounds, with noise of `sd` on the logarithm of everything that was measured. */
export function madeComparison(variants: readonly MadeVariant[], rounds = 8, sd = 0.03, seed = 11): Comparison {
  const uniform = seededUniform(seed);
  const noise = () => Math.exp(sd * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  const runs = Array.from({ length: rounds }, (_, round) =>
    variants.map(
      (variant, position): ArmRun => ({
        ...emptyRun(round + 1, variant.name, position),
        steps: stepsOf(variant, noise),
      }),
    ),
  );
  return {
    schemaVersion: comparisonSchemaVersion,
    kind: 'comparison',
    id: 'c1',
    startedAt: '2026-01-01T00:00:00.000Z',
    tool: { name: 'rampart', version: '0.0.0' },
    scenario: { name: 'ramp', description: '', seed: 1, steps: rates.map(([name]) => name) },
    engine: 'process',
    plannedRounds: rounds,
    variants: variants.map(({ name }) => ({ name, settings: { 'env.api.GOGC': name }, digest: name })),
    runs: runs.flat(),
  };
}

export function emptyRun(round: number, variant: string, position = 0): ArmRun {
  const directory = `round-${round}/${variant}`;
  return { round, variant, position, attempt: 1, directory, startedAt: '', tookMs: 1000, invalid: [], steps: [] };
}

function stepsOf(variant: MadeVariant, noise: () => number): ArmStep[] {
  return rates.map(([name, rps], index) => {
    const p99Us = Math.round(variant.p99Us * (1 + index) * noise());
    const failed = variant.failed ?? 0;
    return {
      name,
      rps,
      completedRps: rps * (index === 1 ? (variant.answeredShare ?? 1) : 1),
      windowSeconds: 1,
      windows: Array.from({ length: 5 }, () => ({ p99Us, isDisturbed: false })),
      response: histogram([...Array.from({ length: 99 }, () => Math.round(p99Us / 2)), p99Us]),
      counts: { planned: 100, completed: 100 - failed, failed, timedOut: 0, dropped: 0, unfinished: 0 },
      lagP99Us: 100,
      cpuUsPerRequest: (variant.cpuUs ?? 500) * noise(),
      memoryMib: 64 * noise(),
      series: Object.fromEntries(Object.entries(variant.series ?? {}).map(([key, value]) => [key, value * noise()])),
    };
  });
}
