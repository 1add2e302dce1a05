import { describe, expect, it } from 'vitest';
import { compareVariants } from '../../src/analysis/compare-variants.ts';
import { comparisonLines } from '../../src/analysis/compare-words.ts';
import type { VariantMetric, VariantMetricName } from '../../src/analysis/variant-metrics.ts';
import { seededUniform } from '../../src/model/random.ts';
import { normal } from '../simulation/simulated-host.ts';

const options = { against: 'all', error: 0.05, seed: 1 } as const;

/** A quantity with these centres by variant, and noise that the variants of a round partly share. */
function metric(
  name: VariantMetricName,
  centres: Readonly<Record<string, number>>,
  { rounds = 8, sd = 0.02, seed = 1, isHigherBetter = false, skew = 0 } = {},
): VariantMetric {
  const next = seededUniform(seed);
  const values: Record<string, number[]> = Object.fromEntries(Object.keys(centres).map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    const shared = sd * normal(next);
    for (const [variant, centre] of Object.entries(centres)) {
      const outlier = next() < skew ? 8 * sd * next() : 0;
      values[variant]!.push(Math.exp(Math.log(centre) + shared + sd * normal(next) + outlier));
    }
  }
  return { name, isHigherBetter, values };
}

const three = ['GOGC=50', 'GOGC=100', 'GOGC=400'];
const trade = [
  metric('tail', { 'GOGC=50': 12, 'GOGC=100': 10, 'GOGC=400': 8 }),
  metric('memory', { 'GOGC=50': 100, 'GOGC=100': 150, 'GOGC=400': 400 }, { seed: 2 }),
  metric('capacity', { 'GOGC=50': 900, 'GOGC=100': 1000, 'GOGC=400': 1000 }, { seed: 3, isHigherBetter: true }),
];

describe('a comparison of three variants', () => {
  const comparison = compareVariants(three, trade, options);

  it('names the best where it was shown, for each quantity by itself', () => {
    expect(comparison.best.map(({ metric: name, winner }) => [name, winner])).toEqual([
      ['tail', 'GOGC=400'],
      ['memory', 'GOGC=50'],
      ['capacity', undefined],
    ]);
    expect(comparison.best[2]?.contenders).toEqual(['GOGC=100', 'GOGC=400']);
  });

  it('says it in words, with intervals, and with what would have been seen where nothing was', () => {
    const lines = comparisonLines(comparison);
    expect(lines[0]).toMatch(
      /^p99 over all steps: GOGC=400 is best: .*% lower than GOGC=50 \(interval −[\d.]+ % … −[\d.]+ %\); .*lower than GOGC=100/,
    );
    expect(lines[2]).toMatch(
      /^capacity: no winner shown between GOGC=100, GOGC=400; a difference of [\d.]+ % would have been seen; shown worse: GOGC=50 \(8 rounds\)$/,
    );
  });

  it('keeps in the Pareto set what nothing beats without being worse elsewhere', () => {
    expect(comparison.pareto).toEqual(three);
    const beaten = [
      ...trade.slice(0, 1),
      metric('memory', { 'GOGC=50': 150, 'GOGC=100': 150, 'GOGC=400': 150 }, { seed: 5, sd: 0.001 }),
    ];
    expect(compareVariants(three, beaten, options).pareto).toEqual(['GOGC=400']);
  });

  it('gives intervals that leave out zero exactly where a difference is shown', () => {
    for (const { low, high, outcome, p } of comparison.contrasts) {
      expect([low > 0 || high < 0, p <= 0.05]).toEqual([outcome !== 'not-shown', outcome !== 'not-shown']);
    }
  });
});

it('shows nothing with too few rounds, and says so', () => {
  const few = [metric('tail', { a: 1, b: 100 }, { rounds: 4 })];
  const { best, contrasts } = compareVariants(['a', 'b'], few, options);
  expect(best[0]?.winner).toBeUndefined();
  expect(contrasts[0]).toMatchObject({ outcome: 'not-shown', low: Number.NEGATIVE_INFINITY });
  expect(comparisonLines(compareVariants(['a', 'b'], few, options))[0]).toContain('too few rounds to show any');
});

it('can compare with the first variant alone, for narrower intervals', () => {
  const all = compareVariants(three, trade, options).contrasts;
  const first = compareVariants(three, trade, { ...options, against: 'first' }).contrasts;
  expect(first.map(({ variant, against }) => [variant, against])).toEqual(
    trade.flatMap(() => [
      ['GOGC=100', 'GOGC=50'],
      ['GOGC=400', 'GOGC=50'],
    ]),
  );
  const width = (contrasts: typeof all) => (contrasts[0]?.high ?? 0) - (contrasts[0]?.low ?? 0);
  expect(width(first)).toBeLessThanOrEqual(width(all));
});

describe.each([
  ['even', 0],
  ['skewed', 0.15],
] as const)('over 300 comparisons of three variants with %s noise', (_, skew) => {
  const centres = { a: 1, b: 1, c: 1 };
  const all = Array.from({ length: 300 }, (_unused, seed) =>
    compareVariants(
      ['a', 'b', 'c'],
      (['tail', 'memory', 'cost'] as const).map((name, index) =>
        metric(name, centres, { seed: 10 * seed + index, skew }),
      ),
      options,
    ),
  );

  // One in twenty is allowed; of 300, P(more than 24) is 1 % at p = 0.05.
  it('rarely shows any difference between equals', () => {
    const wrong = all.filter(({ contrasts }) => contrasts.some(({ outcome }) => outcome !== 'not-shown')).length;
    expect(wrong).toBeLessThanOrEqual(24);
    expect(wrong).toBeGreaterThan(0);
  });
});
