/** Rounds to columns: one number per round for each pair of variants and metric, and for each step. */
import { isNoAnswer } from '../../model/units.ts';
import type { CompleteRound } from '../rounds/complete-rounds.ts';
import type { PairColumn } from './contrasts.ts';
import { type ComparisonMetric, halfAnswerRps, type RoundValues, stepOf, stepP99Us } from './metrics.ts';

/**
 * Every pair in every metric; the later variant against the earlier. A rate of answers has half an answer more in each arm, so that one that
 * gave none has a logarithm.
 */
export function pairColumns(
  rounds: readonly CompleteRound[],
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
      ...numberless(id === 'p99' ? values.flatMap((round) => [round.get(variant)?.p99, round.get(against)?.p99]) : []),
      values: values.map((round, place) => {
        const [now = Number.NaN, then = Number.NaN] = [variant, against].map((name) => {
          const value = round.get(name)?.[id] ?? Number.NaN;
          return id === 'throughput' ? value + halfAnswerRps(rounds[place], name) : value;
        });
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
      ...numberless(rounds.flatMap((round) => [p99Of(round, variant, step), p99Of(round, against, step)])),
      values: rounds.map((round) => Math.log(p99Of(round, variant, step)) - Math.log(p99Of(round, against, step))),
    })),
  );
  return columns.filter(({ values }) => values.every(Number.isFinite));
}

function p99Of(round: CompleteRound, variant: string, step: string): number {
  const of = stepOf(round, variant, step);
  return of ? stepP99Us(of) : Number.NaN;
}

function numberless(p99sUs: readonly (number | undefined)[]): Pick<PairColumn, 'isNumberless'> {
  return p99sUs.some((us) => us !== undefined && isNoAnswer(us)) ? { isNumberless: true } : {};
}

function pairsOf(variants: readonly string[]): [string, string][] {
  return variants.flatMap((against, index) =>
    variants.slice(index + 1).map((variant): [string, string] => [against, variant]),
  );
}
