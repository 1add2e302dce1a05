/** Intervals and tests of a whole family of contrasts, held against variants whose truth is known. */
import { describe, expect, it } from 'vitest';
import { contrastsOf, type PairColumn } from '../../../src/analysis/compare/contrasts.ts';
import { seededUniform } from '../../../src/model/random.ts';
import { normal } from '../../simulation/simulated-host.ts';

const variants = ['a', 'b', 'c'];
const metrics = ['p99', 'cpu', 'memory'] as const;
const sd = 0.03;

/** All pairs of three equal variants in three metrics, with noise that a round partly shares and, at times, outliers of one variant. */
function family(seed: number, rounds: number, outliers: number): PairColumn[] {
  const next = seededUniform(seed);
  const logs = metrics.map(() =>
    Array.from({ length: rounds }, () =>
      variants.map(() => sd * normal(next) + (next() < outliers ? 8 * sd * next() : 0)),
    ),
  );
  return metrics.flatMap((metric, row) =>
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(
      ([against, variant]): PairColumn => ({
        metric,
        variant: variants[variant!]!,
        against: variants[against!]!,
        better: 'low',
        kind: 'ratio',
        values: logs[row]!.map((values) => values[variant!]! - values[against!]!),
      }),
    ),
  );
}

it('tests what is no number by its ranks, and leaves the other columns their own', () => {
  const [first, ...others] = family(3, 8, 0);
  const column = { ...first!, values: first!.values.map(() => Number.NEGATIVE_INFINITY) };
  const [none, ...rest] = contrastsOf([column, ...others], 1);
  expect(none).toMatchObject({ verdict: 'better', percent: { estimate: null, low: null, high: null } });
  expect(rest.map(({ percent }) => percent.low)).not.toContain(null);
  const mixed = { ...column, values: column.values.map((value, round) => (round === 2 ? Number.NaN : value)) };
  expect(contrastsOf([mixed, ...others], 1)[0]?.percent.estimate).toBeNull();
});

describe.each([
  ['even', 0],
  ['skewed', 0.15],
] as const)('400 families of nine contrasts between equals, %s noise', (_, outliers) => {
  const all = Array.from({ length: 400 }, (_unused, seed) => contrastsOf(family(seed + 1, 8, outliers), 1));

  // One in twenty is allowed; of 400, P(more than 30) is 1 % at p = 0.05.
  it('rarely show any difference', () => {
    const wrong = all.filter((contrasts) => contrasts.some(({ verdict }) => verdict !== 'not shown')).length;
    expect(wrong).toBeLessThanOrEqual(30);
    expect(wrong).toBeGreaterThan(0);
  });

  it('nearly always have no difference within every interval', () => {
    const missed = all.filter((contrasts) =>
      contrasts.some(({ percent: { low, high } }) => (low ?? -1) > 0 || (high ?? 1) < 0),
    ).length;
    expect(missed).toBeLessThanOrEqual(30);
  });
});
