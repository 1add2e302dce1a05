/** Variants held against each other in several metrics at once: estimates with simultaneous intervals, and what they show. */

import type { Contrast, MetricId } from '../../model/comparison.ts';
import { testable } from '../rounds/waited.ts';
import { finite, percentOfLog, standardDeviation } from '../statistics/effect.ts';
import { meanOf } from '../statistics/mean.ts';
import { leastRounds } from '../statistics/sequential-looks.ts';
import { signFlipMaxT } from '../statistics/sign-flip.ts';
import { studentQuantile } from '../statistics/student-t.ts';

/** The chance of showing any difference where there is none, over all contrasts of a family together. */
const familyError = 0.05;

/** Below this no difference can be shown, however large: the least p of a two-sided sign-flip test is 2^(1 - rounds). */
export const fewestRounds = leastRounds(familyError / 2);

/** A smaller change is called none, however sure it is. */
const leastPercent = 1;

/** With this probability the change that is called detectable would have been shown. */
const usualPower = 0.8;

/** One pair of variants in one metric: by round, a log-ratio, or a difference where the metric is a share. */
export interface PairColumn {
  readonly metric: MetricId;
  readonly variant: string;
  readonly against: string;
  readonly step?: string | undefined;
  readonly better: 'low' | 'high';
  readonly kind: 'ratio' | 'difference';
  readonly values: readonly number[];
  /** In some round one of them has no p99, or none of what the other has some of: which is larger can be told, but not by how much. */
  readonly isNumberless?: boolean;
}

/**
 * All contrasts of one family. The test is the joint two-sided sign-flip (Westfall and Young); the intervals are the mean and the
 * same test's critical value, taken from the rows without their means, times the standard error. Shown is what both show. Columns with
 * values that are no number are tested by their ranks, and have none.
 */
export function contrastsOf(all: readonly PairColumn[], seed: number, power = usualPower): Contrast[] {
  const columns = all.map(testableColumn);
  const rounds = columns[0]?.values.length ?? 0;
  if (rounds < 2) return [];
  const rowsOf = (shift: (column: PairColumn) => number) =>
    Array.from({ length: rounds }, (_, round) => columns.map((column) => (column.values[round] ?? 0) - shift(column)));
  const options = { sides: 'two', seed } as const;
  const { p } = signFlipMaxT(
    rowsOf(() => 0),
    options,
  );
  const critical = signFlipMaxT(
    rowsOf(({ values }) => meanOf(values)),
    options,
  ).critical(familyError);
  return columns.map((column, index) => contrastOf(column, p[index] ?? 1, critical, power));
}

/** One value that is no number would leave no statistic to any column of the family. */
function testableColumn(column: PairColumn): PairColumn {
  const { values } = column;
  return values.every(Number.isFinite) ? column : { ...column, values: testable(values), isNumberless: true };
}

function contrastOf(column: PairColumn, p: number, critical: number, power: number): Contrast {
  const { metric, variant, against, step, better, kind, values, isNumberless = false } = column;
  const centre = meanOf(values);
  const error = standardDeviation(values) / Math.sqrt(values.length);
  const reach = error === 0 ? 0 : critical * error;
  const [low, high] = [centre - reach, centre + reach];
  const shown = (value: number) => (kind === 'ratio' ? percentOfLog(value) : value);
  const isClear = low > 0 || high < 0;
  const isLarge = isNumberless || Math.abs(shown(centre)) >= leastPercent;
  const isShown = p <= familyError && isClear && isLarge;
  const isBetter = centre < 0 === (better === 'low');
  const detectable = shown(reach + studentQuantile(power, values.length - 1) * error);
  return {
    metric,
    variant,
    against,
    ...(step === undefined ? {} : { step }),
    percent: isNumberless
      ? { estimate: null, low: null, high: null }
      : { estimate: shown(centre), low: finite(shown(low)), high: finite(shown(high)) },
    p,
    verdict: isShown ? (isBetter ? 'better' : 'worse') : 'not shown',
    // Values that are all the same say nothing of how they vary, such as a share of slow requests when none was slow.
    detectablePercent: error === 0 || isNumberless ? null : finite(Math.max(leastPercent, detectable)),
  };
}
