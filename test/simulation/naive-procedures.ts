/** How two builds are commonly compared: one ramp of each, and a test on what it gave. Each says whether the second looks worse. */
import { studentCdf } from '../../src/analysis/statistics/student-t.ts';
import { normal, quantile, type SimulatedStep } from './simulated-host.ts';

/** Whether one step of the second ramp looks worse than the same step of the first, at a one-sided level. */
export type NaiveTest = (first: SimulatedStep, second: SimulatedStep, level: number, next: () => number) => boolean;

const resamples = 200;

/** Every procedure by the name it has in the table; a ramp is called worse when any of its steps is. */
export const naiveTests: Readonly<Record<string, NaiveTest>> = {
  'Mann-Whitney on requests': (first, second, level) => mannWhitney(first.latencies, second.latencies) < level,
  'Mann-Whitney on requests, Bonferroni': (first, second, level) =>
    mannWhitney(first.latencies, second.latencies) < level / 3,
  'Kolmogorov-Smirnov on requests': (first, second, level) =>
    kolmogorovSmirnov(first.latencies, second.latencies) < level,
  "Welch's t on requests": (first, second, level) => welch(first.latencies, second.latencies) < level,
  'Mann-Whitney on the p99 of each second': (first, second, level) => mannWhitney(p99s(first), p99s(second)) < level,
  "Welch's t on the p99 of each second": (first, second, level) => welch(p99s(first), p99s(second)) < level,
  '95 % intervals of p99 do not overlap': (first, second) => rankInterval(second).low > rankInterval(first).high,
  'bootstrap of p99': (first, second, level, next) => bootstrapped(first, second, next) > 1 - level,
  'bootstrap of p99, and more than 5 %': (first, second, level, next) =>
    bootstrapped(first, second, next) > 1 - level && ratio(first, second) > 1.05,
  'bootstrap of p99 in blocks of 1 s': (first, second, level, next) =>
    blockBootstrapped(first, second, next) > 1 - level,
  'p99 more than 10 % higher': (first, second) => ratio(first, second) > 1.1,
  'p99 more than 25 % higher': (first, second) => ratio(first, second) > 1.25,
};

function p99s({ windows }: SimulatedStep): Float64Array {
  return Float64Array.from(windows, ({ p99Us }) => p99Us);
}

function ratio(first: SimulatedStep, second: SimulatedStep): number {
  return quantile(second.latencies.slice().sort(), 0.99) / quantile(first.latencies.slice().sort(), 0.99);
}

/** P(second is not larger) by ranks in the normal approximation (Mann and Whitney, 1947); latencies have no ties. */
function mannWhitney(first: Float64Array, second: Float64Array): number {
  const a = first.slice().sort();
  const b = second.slice().sort();
  let below = 0;
  let smaller = 0;
  for (const value of b) {
    while (below < a.length && a[below]! < value) below++;
    smaller += below;
  }
  const mean = (a.length * b.length) / 2;
  const sd = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return upperTail((smaller - mean) / sd);
}

/** The one-sided two-sample test in Smirnov's limit, exp(-2 D^2 nm / (n + m)). */
function kolmogorovSmirnov(first: Float64Array, second: Float64Array): number {
  const a = first.slice().sort();
  const b = second.slice().sort();
  let most = 0;
  let below = 0;
  a.forEach((value, index) => {
    while (below < b.length && b[below]! <= value) below++;
    most = Math.max(most, (index + 1) / a.length - below / b.length);
  });
  return Math.exp((-2 * most * most * a.length * b.length) / (a.length + b.length));
}

/** Welch's t-test (1947), one-sided, degrees of freedom rounded down. */
function welch(first: Float64Array, second: Float64Array): number {
  const a = moments(first);
  const b = moments(second);
  const spread = a.variance / a.count + b.variance / b.count;
  const degrees =
    spread ** 2 / ((a.variance / a.count) ** 2 / (a.count - 1) + (b.variance / b.count) ** 2 / (b.count - 1));
  const t = (b.mean - a.mean) / Math.sqrt(spread);
  return degrees > 200 ? upperTail(t) : 1 - studentCdf(t, Math.max(1, Math.floor(degrees)));
}

function moments(values: Float64Array): { count: number; mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { count: values.length, mean, variance };
}

/** The distribution-free 95 % interval of p99 from order statistics. */
function rankInterval({ latencies }: SimulatedStep): { low: number; high: number } {
  const sorted = latencies.slice().sort();
  const half = 1.96 * Math.sqrt(0.01 * 0.99 * sorted.length);
  return {
    low: sorted[Math.floor(0.99 * sorted.length - half)] ?? Number.NaN,
    high: sorted[Math.ceil(0.99 * sorted.length + half)] ?? Number.POSITIVE_INFINITY,
  };
}

/** Share of bootstrap samples whose p99 is higher; a resampled quantile is an order statistic of random rank. */
function bootstrapped(first: SimulatedStep, second: SimulatedStep, next: () => number): number {
  const draw = (sorted: Float64Array) =>
    quantile(sorted, Math.min(1, 0.99 + Math.sqrt((0.01 * 0.99) / sorted.length) * normal(next)));
  const a = first.latencies.slice().sort();
  const b = second.latencies.slice().sort();
  return shareOf(() => draw(b) > draw(a));
}

function blockBootstrapped(first: SimulatedStep, second: SimulatedStep, next: () => number): number {
  const a = blocksOf(first);
  const b = blocksOf(second);
  return shareOf(() => blockP99(b, next) > blockP99(a, next));
}

const bins = 512;

/** Latencies of each window in bins of 2 %. */
function blocksOf({ latencies, starts }: SimulatedStep): Uint16Array[] {
  return starts.map((start, index) => {
    const counts = new Uint16Array(bins);
    for (const latency of latencies.subarray(start, starts[index + 1] ?? latencies.length)) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(Math.log(latency / 1e-4) / 0.02)));
      counts[bin]!++;
    }
    return counts;
  });
}

function blockP99(blocks: readonly Uint16Array[], next: () => number): number {
  const merged = new Float64Array(bins);
  let total = 0;
  for (let drawn = 0; drawn < blocks.length; drawn++) {
    const block = blocks[Math.floor(next() * blocks.length)]!;
    for (let bin = 0; bin < bins; bin++) {
      merged[bin]! += block[bin]!;
      total += block[bin]!;
    }
  }
  let above = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    const count = merged[bin]!;
    if (above + count > 0.01 * total) return bin + 1 - (0.01 * total - above) / count;
    above += count;
  }
  return 0;
}

function shareOf(isSo: () => boolean): number {
  let yes = 0;
  for (let sample = 0; sample < resamples; sample++) if (isSo()) yes++;
  return yes / resamples;
}

/** P(Z > z), by the approximation of Abramowitz and Stegun, 26.2.17. */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
