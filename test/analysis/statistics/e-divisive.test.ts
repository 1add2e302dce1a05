/** E-divisive: what it finds in series whose truth is known, and how often it finds what is not there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bestCutOf, divisiveCuts, energyBetween } from '../../../src/analysis/statistics/e-divisive.ts';
import { normalOf } from '../../helpers/trend-lines.ts';

const options = { alpha: 0.05, leastSide: 3, seed: 1 };
const cutsOf = (values: readonly number[], change: Partial<typeof options> = {}) =>
  divisiveCuts(values, { ...options, ...change }).map(({ index }) => index);

describe('the energy statistic', () => {
  it('is what its formula says', () => {
    const values = [1, 4, 2, 8, 5, 7];
    const mean = (pairs: readonly (readonly [number, number])[]) =>
      pairs.reduce((sum, [a, b]) => sum + Math.abs(a - b), 0) / pairs.length;
    const within = (side: readonly number[]) => side.flatMap((a, at) => side.slice(at + 1).map((b) => [a, b] as const));
    for (const [cut, end] of [
      [2, 6],
      [3, 6],
      [4, 6],
      [2, 4],
      [3, 5],
    ] as const) {
      const [left, right] = [values.slice(0, cut), values.slice(cut, end)];
      const between = left.flatMap((a) => right.map((b) => [a, b] as const));
      const energy = 2 * mean(between) - mean(within(left)) - mean(within(right));
      expect(energyBetween(values, cut, end)).toBeCloseTo((energy * left.length * right.length) / end, 12);
    }
    expect(energyBetween([1, 5], 1)).toBe(4);
  });
});

describe('cuts', () => {
  it('are where the level changes, up, down and back', () => {
    const at = [0, 0.1, 0, 0.2].flatMap((level, index) => normalOf(12, 0.01, index + 1).map((value) => value + level));
    expect(cutsOf(at)).toEqual([12, 24, 36]);
  });

  it('are the same for the same seed', () => {
    const values = [...normalOf(10, 1, 1), ...normalOf(10, 1, 2).map((value) => value + 2)];
    expect(divisiveCuts(values, options)).toEqual(divisiveCuts(values, options));
  });

  it.each([[[]], [[1]], [[1, 2, 3, 4, 5]], [[7, 7, 7, 7, 7, 7, 7, 7]]])('are none in %j', (values: number[]) => {
    expect(cutsOf(values)).toEqual([]);
  });

  it('are not made by one outlier', () => {
    const values = normalOf(20, 0.01, 3).map((value, index) => (index === 9 ? value + 1 : value));
    expect(cutsOf(values)).toEqual([]);
  });
});

/** What Apache Otava 0.8.0 finds in seeded series; test/fixtures/trend/make.py made it. */
interface Oracle {
  readonly name: string;
  readonly values: readonly number[];
  readonly first: { readonly index: number; readonly gain: number };
  readonly byPermutation: readonly number[];
  readonly byTTest: readonly number[];
}

const oracle = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'trend', 'otava.json'), 'utf8'),
) as readonly Oracle[];

describe.each(oracle)('beside Apache Otava, of $name', ({ values, first, byPermutation, byTTest }) => {
  it('the first cut is the same, and its statistic to the last digits', () => {
    const best = bestCutOf(values, 1);
    expect(best?.gain).toBeCloseTo(first.gain, 9);
    expect(best?.index).toBe(first.index);
  });

  it('the same cuts are shown, but for those that have too few values on a side', () => {
    const wide = (cuts: readonly number[]) =>
      cuts.filter((cut, at) => {
        const [before, after] = [cuts[at - 1] ?? 0, cuts[at + 1] ?? values.length];
        return cut - before >= options.leastSide && after - cut >= options.leastSide;
      });
    expect([wide(byPermutation), wide(byTTest)]).toContainEqual(cutsOf(values));
  });
});

describe('over many series whose truth is known', () => {
  const series = 200;
  /** In how many of them a cut is found, by the seed of each. */
  const share = (made: (seed: number) => readonly number[]) =>
    Array.from({ length: series }, (_, seed) => cutsOf(made(seed + 1)).length > 0).filter(Boolean).length / series;

  it.each([
    ['of 12 values', (seed: number) => normalOf(12, 1, seed)],
    ['of 20 values', (seed: number) => normalOf(20, 1, seed)],
    [
      'whose intervals differ in width',
      (seed: number) => normalOf(20, 1, seed).map((value, at) => value * (at % 3 === 0 ? 3 : 1)),
    ],
  ])('%s, a cut is found where there is none as often as was allowed', (_, made) => {
    // Three standard errors of a share of that many beyond it.
    expect(share(made)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / series));
  });

  it('a step of three standard deviations is found five values later, one of four after three', () => {
    const stepped = (by: number, after: number) => (seed: number) => [
      ...normalOf(15, 1, seed),
      ...normalOf(after, 1, seed + 1000).map((value) => value + by),
    ];
    expect(share(stepped(3, 5))).toBeGreaterThan(0.95);
    expect(share(stepped(4, 3))).toBeGreaterThan(0.95);
  });

  it('a drift of 2 % a week is found after ten weeks', () => {
    const drift = (seed: number) => normalOf(10, 0.02, seed).map((value, week) => value + week * Math.log(1.02));
    expect(share(drift)).toBeGreaterThan(0.95);
  });
});
