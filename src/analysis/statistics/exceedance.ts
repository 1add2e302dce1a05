/** How often chance alone brings so many unusual things, judged by what came before; exact, whatever the distribution is. */

/** Of two times: how many there were in each, and how many of them were unusual. */
export interface Counts {
  readonly before: number;
  readonly unusualBefore: number;
  readonly after: number;
  readonly unusualAfter: number;
}

/**
 * The chance that at least so many of `after` values are above the one that is `rank`-th from the top of `before` values, where all come
 * from one distribution: a negative hypergeometric tail (Gumbel and von Schelling, Ann. Math. Statist. 21, 1950, on exceedances).
 */
export function exceedanceChance(before: number, rank: number, after: number, exceeding: number): number {
  if (exceeding <= 0 || rank > before) return 1;
  const whole = logChoose(before + after, after);
  return sumOfTail(
    exceeding,
    after,
    (count) => logChoose(count + rank - 1, count) + logChoose(after - count + before - rank, after - count) - whole,
  );
}

/** The chance that so many of all unusual ones, or more, fall into `after` (Fisher's exact test, one-sided). */
export function excessChance({ before, unusualBefore, after, unusualAfter }: Counts): number {
  if (unusualAfter <= 0 || before <= 0) return 1;
  const unusual = unusualBefore + unusualAfter;
  const whole = logChoose(before + after, unusual);
  return sumOfTail(
    unusualAfter,
    Math.min(unusual, after),
    (count) => logChoose(after, count) + logChoose(before, unusual - count) - whole,
  );
}

/** Sums probabilities given by their logarithms; what no longer adds anything is left out. */
function sumOfTail(from: number, to: number, logOf: (count: number) => number): number {
  let sum = 0;
  for (let count = from; count <= to; count++) {
    const term = Math.exp(logOf(count));
    sum += term;
    if (sum > 0 && term < sum * 1e-12) break;
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const logFactorials = [0];

/** By adding up where it is small, else by Stirling's series, which is good to 1e-12 from there on. */
function logFactorial(n: number): number {
  if (n < 256) {
    for (let next = logFactorials.length; next <= n; next++)
      logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
    return logFactorials[n] ?? 0;
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
