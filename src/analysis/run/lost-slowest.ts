/** Percentiles in which arrivals without a good answer are the slowest of all, however fast they failed. */
import type { Histogram } from 'hdr-histogram-js';
import { newHistogram, recordedValues } from '../../model/histogram.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { RuledPercentiles } from '../../model/step-result.ts';
import { isNoAnswer, maxLatencyUs } from '../../model/units.ts';

/** The share of arrivals within each percentile that rules are about. */
export const quantiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** Latencies of some arrivals, and how many of these had no good answer. */
export interface Answers {
  /** Of those that had one, and of some or all of the others. */
  readonly all: Histogram;
  /** Those of the others among them; undefined where nobody kept them apart. */
  readonly lost?: Histogram | undefined;
  readonly completed: number;
  /** Arrivals without a good answer, whether they have a latency or not. */
  readonly without: number;
  /** Of those, the ones that waited to their timeout, and whose latency so is at the end of `all`; 0 where they have none. */
  readonly late: number;
}

/** The least and the most that a percentile may be, microseconds: the same but where nobody kept apart how fast failures came. */
export type PercentileRange = readonly [leastUs: number, mostUs: number];

/** The percentile of all these arrivals; `maxLatencyUs` stands for one that is of an arrival without a good answer. */
export function percentileRange(answers: Answers, quantile: number): PercentileRange {
  const { seen, good, anywhere } = splitOf(answers);
  const rank = Math.ceil(quantile * (good + answers.without) * (1 - 1e-12));
  if (rank > good || good === 0) return [maxLatencyUs, maxLatencyUs];
  const at = (place: number) => seen.getValueAtPercentile((100 * place) / seen.totalCount);
  return [at(rank), at(rank + anywhere)];
}

/**
 * The response p99 of a step for a sentence, microseconds: with arrivals that had no good answer as the slowest, as in a rule, at its most.
 * Where it is one of theirs, it is of the times after which they ended, as in tables.
 */
export function toldP99Us({ ruledUs, responseUs }: Pick<StepResult, 'ruledUs' | 'responseUs'>): number {
  const [, mostUs] = ruledUs?.response.p99 ?? [0, maxLatencyUs];
  return isNoAnswer(mostUs) ? responseUs.p99 : mostUs;
}

/** Every percentile that rules are about. */
export function ruledPercentiles(answers: Answers): RuledPercentiles {
  const { seen, good, anywhere } = splitOf(answers);
  const kept = { all: seen, completed: good, without: answers.without, late: seen.totalCount - good - anywhere };
  const of = (quantile: number): [number, number] => [...percentileRange(kept, quantile)];
  return {
    p50: of(quantiles.p50),
    p90: of(quantiles.p90),
    p95: of(quantiles.p95),
    p99: of(quantiles.p99),
    p999: of(quantiles.p999),
  };
}

/** How many arrivals lie beyond this time, at least and at most, and of how many; those without a good answer all do. */
export function beyond(
  answers: Answers,
  us: number,
): { readonly least: number; readonly most: number; readonly of: number } {
  const { seen, good } = splitOf(answers);
  let slower = 0;
  for (const [value, count] of recordedValues(seen)) if (value > us) slower += count;
  const { without } = answers;
  return {
    least: Math.max(0, slower - (seen.totalCount - good)) + without,
    most: Math.min(slower, good) + without,
    of: good + without,
  };
}

/** What was seen, how many of it had a good answer, and how many of the others may be anywhere in it. */
function splitOf({ all, lost, completed, without, late }: Answers) {
  if (lost && lost.totalCount > 0 && all.totalCount - lost.totalCount === completed) {
    const seen = newHistogram();
    seen.add(all);
    seen.subtract(lost);
    return { seen, good: seen.totalCount, anywhere: 0 };
  }
  const others = Math.min(Math.max(0, all.totalCount - completed), without);
  return { seen: all, good: all.totalCount - others, anywhere: Math.max(0, others - late) };
}
