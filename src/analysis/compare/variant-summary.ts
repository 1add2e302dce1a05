/** Variants side by side: their medians over the rounds, their costs, and p99 by rate. */
import type { ArmRun, Comparison, Judgement } from '../../model/comparison.ts';
import { medianOf } from '../../model/median.ts';
import type { CompleteRound } from '../rounds/complete-rounds.ts';
import { onFront } from '../statistics/pareto.ts';
import { lowerBound, upperBound } from '../statistics/walsh-bounds.ts';
import { costPerMillion } from './cost.ts';
import { type ComparisonMetric, type RoundValues, stepOf, stepP99Us } from './metrics.ts';

/** What a summary is made of. */
interface SummaryOf {
  readonly rounds: readonly CompleteRound[];
  readonly values: readonly RoundValues[];
  readonly variants: readonly string[];
  readonly metrics: readonly ComparisonMetric[];
  readonly steps: readonly string[];
  readonly prices: Comparison['prices'];
}

/** One row for each variant, over the steps that are judged. */
export function summaryOf({ rounds, values, variants, metrics, steps, prices }: SummaryOf): Judgement['summary'] {
  const rows = variants.map((variant) => {
    const medians = metrics.map(
      ({ id }) => [id, medianOf(values.map((round) => round.get(variant)?.[id] ?? Number.NaN))] as const,
    );
    const own = rounds.flatMap((round) => round.get(variant) ?? []);
    const costs = own.flatMap(
      (run) =>
        costPerMillion(
          run.steps.filter(({ name }) => steps.includes(name)),
          prices,
        ) ?? [],
    );
    return {
      variant,
      values: Object.fromEntries(medians),
      errorShare: errorShareOf(own),
      ...(costs.length === own.length ? { costPerMillion: medianOf(costs) } : {}),
    };
  });
  const front = onFront(
    rows.map(({ values: of }) => of),
    metrics,
  );
  return rows.map((row, index) => ({ ...row, isOnFront: front[index] ?? false }));
}

function errorShareOf(runs: readonly ArmRun[]): number {
  const counts = runs.flatMap(({ steps }) => steps.map((step) => step.counts));
  const planned = counts.reduce((sum, count) => sum + count.planned, 0);
  const completed = counts.reduce((sum, count) => sum + count.completed, 0);
  return planned === 0 ? 0 : (planned - completed) / planned;
}

/** p99 by rate: the median over the rounds with the exact signed-rank interval of each point alone; of all rounds where they are few. */
export function curvesOf(
  rounds: readonly CompleteRound[],
  variants: readonly string[],
  steps: readonly string[],
): Judgement['curves'] {
  return variants.map((variant) => ({
    variant,
    points: steps.flatMap((step) => {
      const all = rounds.flatMap((round) => stepOf(round, variant, step) ?? []);
      const logs = all.map((one) => Math.log(stepP99Us(one)));
      if (logs.length === 0) return [];
      const [low, high] = [lowerBound(logs, 0.025), upperBound(logs, 0.025)];
      return [
        {
          step,
          rps: medianOf(all.map(({ rps }) => rps)),
          p99Us: Math.exp(medianOf(logs)),
          lowUs: Math.exp(Number.isFinite(low) ? low : Math.min(...logs)),
          highUs: Math.exp(Number.isFinite(high) ? high : Math.max(...logs)),
        },
      ];
    }),
  }));
}
