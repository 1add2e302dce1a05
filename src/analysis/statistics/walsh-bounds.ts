/** Where the centre of few paired differences lies: the Hodges-Lehmann estimate and exact bounds from the averages of all pairs. */
import { medianOfSorted } from '../../model/median.ts';

/** Every `(x_i + x_j) / 2` with i <= j, ascending (Walsh averages; Hodges and Lehmann, Ann. Math. Statist. 34, 1963). */
export function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let filled = 0;
  values.forEach((a, index) => {
    for (const b of values.slice(index)) averages[filled++] = (a + b) / 2;
  });
  return averages.sort();
}

/**
 * The median of the Walsh averages: the Hodges-Lehmann estimate of the centre; NaN without values, and where values are infinite on both
 * sides, whose average is none.
 */
export function hodgesLehmann(values: readonly number[]): number {
  const sorted = walshAverages(values);
  return Number.isNaN(sorted.at(-1) ?? 0) ? Number.NaN : medianOfSorted(sorted);
}

/**
 * The largest k with P(W+ <= k) <= `level` under the exact law of the signed-rank statistic of `count` values; -1 when even
 * k = 0 is too likely. The law counts the subsets of 1..n by their sum (Wilcoxon, Biometrics Bulletin 1, 1945).
 */
export function signedRankCutoff(count: number, level: number): number {
  const top = (count * (count + 1)) / 2;
  const subsets = new Float64Array(top + 1);
  subsets[0] = 1;
  for (let rank = 1; rank <= count; rank++) {
    for (let sum = top; sum >= rank; sum--) subsets[sum] = (subsets[sum] ?? 0) + (subsets[sum - rank] ?? 0);
  }
  const allowed = level * 2 ** count;
  let seen = 0;
  for (let sum = 0; sum <= top; sum++) {
    seen += subsets[sum] ?? 0;
    if (seen > allowed) return sum - 1;
  }
  return top;
}

/**
 * A bound that lies below the centre with a probability of at most `level`: the Walsh average that leaves out the k largest;
 * infinite when there are too few values for that level (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3.4).
 */
export function upperBound(values: readonly number[], level: number): number {
  const cutoff = signedRankCutoff(values.length, level);
  if (cutoff < 0) return Number.POSITIVE_INFINITY;
  const sorted = walshAverages(values);
  return sorted[sorted.length - 1 - cutoff] ?? Number.POSITIVE_INFINITY;
}

/** The mirror image of `upperBound`: lies above the centre with a probability of at most `level`. */
export function lowerBound(values: readonly number[], level: number): number {
  return -upperBound(
    values.map((value) => -value),
    level,
  );
}
