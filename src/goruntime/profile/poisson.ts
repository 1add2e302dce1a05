/** What chance does to counts of rare events (samples of a profile), and what it does to many comparisons at once. */

/**
 * How many standard errors two counts differ by, where `base` is to be multiplied by `factor` to be compared:
 * (count − factor · base) / √(count + factor² · base). 0 when nothing was counted.
 */
export function differenceZ(count: number, base: number, factor: number): number {
  const variance = count + factor ** 2 * base;
  return variance > 0 ? (count - factor * base) / Math.sqrt(variance) : 0;
}

/**
 * The chance that counts of one rate differ at least as much, two-sided. Exact: of the events of both, each falls to the one with
 * probability factor / (1 + factor) (Przyborowski and Wilenski, Biometrika 31, 1940). The z of
 * few counts promises too much: 4 against 0 is z = 2, and happens to one rate in 8 of 100 comparisons on that side alone.
 * Estimated counts may have fractions.
 */
export function differenceP(count: number, base: number, factor: number): number {
  if (!(count + base > 0) || !(factor > 0)) return 1;
  const share = factor / (1 + factor);
  const atLeast = count > 0 ? betaIntegral(share, count, base + 1) : 1;
  const atMost = base > 0 ? betaIntegral(1 - share, base, count + 1) : 1;
  return Math.min(1, 2 * Math.min(atLeast, atMost));
}

/**
 * The bounds of the mean of a count, each exceeded with a chance of 2.5 %: Byar's approximation of the exact ones (Rothman and Boice,
 * Epidemiologic Analysis with a Programmable Calculator, 1979), within 1 % of them from 5 on.
 */
export function countBounds(count: number): { readonly low: number; readonly high: number } {
  const z = 1.959964;
  const above = count + 1;
  return {
    low: count > 0 ? Math.max(0, count * (1 - 1 / (9 * count) - z / (3 * Math.sqrt(count))) ** 3) : 0,
    high: above * (1 - 1 / (9 * above) + z / (3 * Math.sqrt(above))) ** 3,
  };
}

/**
 * For each p-value the least share of false ones at which it would still be listed (Benjamini and Hochberg, J. R. Statist. Soc. B
 * 57, 1995), in the order of the p-values.
 */
export function falseDiscoveryRates(ps: readonly number[]): number[] {
  const ranked = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const rates = ps.map(() => 1);
  let rate = 1;
  for (const [rank, { p, index }] of [...ranked.entries()].reverse()) {
    rate = Math.min(rate, (p * ps.length) / (rank + 1));
    rates[index] = rate;
  }
  return rates;
}

/** The regularised incomplete beta function, by its continued fraction (Press et al., Numerical Recipes, 6.4, Lentz's method). */
function betaIntegral(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaIntegral(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front * betaFraction(x, a, b);
}

const smallest = 1e-300;

function betaFraction(x: number, a: number, b: number): number {
  const guarded = (value: number) => (Math.abs(value) < smallest ? smallest : value);
  let c = 1;
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return fraction;
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** Of numbers above 0 (Lanczos' approximation with g = 7). */
function logGamma(x: number): number {
  const shifted = x - 1;
  const series = lanczos.reduce(
    (sum, coefficient, index) => sum + coefficient / (shifted + index + 1),
    0.9999999999998099,
  );
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}
