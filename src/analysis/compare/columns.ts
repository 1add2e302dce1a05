/** Rounds to columns: one number per round for each pair of variants and metric, and for each step. */
import type { CompleteRound } from '../rounds/complete-rounds.ts';
import type { PairColumn } from './contrasts.ts';
import { type ComparisonMetric, type RoundValues, stepOf, stepP99Us } from './metrics.ts';

/** Every pair in every metric; the later variant against the earlier. */
export function pairColumns(
  values: readonly RoundValues[],
  variants: readonly string[],
  metrics: readonly ComparisonMetric[],
): PairColumn[] {
  return metrics.flatMap(({ id, better, kind }) =>
    pairsOf(variants).map(([against, variant]) => ({
      metric: id,
      variant,
      against,
      better,
      kind,
      values: values.map((round) => {
        const [now, then] = [round.get(variant)?.[id] ?? Number.NaN, round.get(against)?.[id] ?? Number.NaN];
        return kind === 'ratio' ? Math.log(now) - Math.log(then) : now - then;
      }),
    })),
  );
}

/** The p99 of each step, of each variant against the first. */
export function stepColumns(
  rounds: readonly CompleteRound[],
  variants: readonly string[],
  steps: readonly string[],
): PairColumn[] {
  const [against = '', ...others] = variants;
  const columns = steps.flatMap((step) =>
    others.map((variant) => ({
      metric: 'p99' as const,
      variant,
      against,
      step,
      better: 'low' as const,
      kind: 'ratio' as const,
      values: rounds.map((round) => logP99(round, variant, step) - logP99(round, against, step)),
    })),
  );
  return columns.filter(({ values }) => values.every(Number.isFinite));
}

function logP99(round: CompleteRound, variant: string, step: string): number {
  const of = stepOf(round, variant, step);
  return of ? Math.log(stepP99Us(of)) : Number.NaN;
}

function pairsOf(variants: readonly string[]): [string, string][] {
  return variants.flatMap((against, index) =>
    variants.slice(index + 1).map((variant): [string, string] => [against, variant]),
  );
}
