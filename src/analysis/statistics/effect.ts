/** Sizes of effects: log-ratios as percentages, the smallest one that could have been seen, and the rounds that a wanted one needs. */
import { meanOf } from './mean.ts';
import { leastRounds } from './sequential-looks.ts';
import { studentQuantile } from './student-t.ts';

/** The change in percent that a log-ratio stands for: `ln 1.1` is 10. */
export function percentOfLog(logRatio: number): number {
  return Math.expm1(logRatio) * 100;
}

/** The number, or null for one that JSON does not have: without bound, or not known. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The log-ratio of a change given as a share: 0.1 is `ln 1.1`. */
export function logOfShare(share: number): number {
  return Math.log1p(share);
}

/** The sample standard deviation (n - 1); 0 of fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** What a detectable effect depends on: the spread of a round's log-ratio, how many rounds and columns, both errors. */
interface Sensitivity {
  readonly sd: number;
  readonly rounds: number;
  /** Columns that share the error `alpha`. */
  readonly columns: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * The log-ratio beyond the tolerated one that is shown with probability 1 - `beta`: the two-quantile formula of the paired
 * t-test with Bonferroni's share of alpha, `(t(1 - alpha/J) + t(1 - beta)) * sd / sqrt(R)`.
 */
export function detectableLog({ sd, rounds, columns, alpha, beta }: Sensitivity): number {
  if (rounds < 2) return Number.POSITIVE_INFINITY;
  const quantiles = studentQuantile(1 - alpha / columns, rounds - 1) + studentQuantile(1 - beta, rounds - 1);
  return (quantiles * sd) / Math.sqrt(rounds);
}

/** The fewest rounds, up to `most`, at which `detectableLog` is at most `wantedLog`; undefined when not even `most` are enough. */
export function roundsFor(
  wantedLog: number,
  sensitivity: Omit<Sensitivity, 'rounds'>,
  most: number,
): number | undefined {
  for (let rounds = leastRounds(sensitivity.alpha); rounds <= most; rounds++) {
    if (detectableLog({ ...sensitivity, rounds }) <= wantedLog) return rounds;
  }
  return undefined;
}
