import { describe, expect, it } from 'vitest';
import { signFlipMaxT } from '../../../src/analysis/statistics/sign-flip.ts';
import { seededUniform } from '../../../src/model/random.ts';

/** Rows of values around the means given by column, with a part that all columns of a row share. */
function noisyRows(count: number, means: readonly number[], seed: number): number[][] {
  const next = seededUniform(seed);
  return Array.from({ length: count }, () => {
    const shared = next() - 0.5;
    return means.map((mean) => mean + shared + next() - 0.5);
  });
}

/** The definition itself, one sign vector after another, with nothing saved. */
function byDefinition(rows: readonly number[][], sides: 'one' | 'two'): number[] {
  const size = (t: number) => (sides === 'two' ? Math.abs(t) : t);
  const tOf = (signs: number) =>
    rows[0]!.map((_, column) => {
      const values = rows.map((row, index) => ((signs >> index) & 1 ? -row[column]! : row[column]!));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return mean / Math.sqrt(squares / (values.length - 1) / values.length);
    });
  const all = 2 ** rows.length;
  const maxima = Array.from({ length: all }, (_, signs) => Math.max(...tOf(signs).map(size)));
  return tOf(0).map((t) => maxima.filter((maximum) => maximum >= size(t) - 1e-9).length / all);
}

describe.each(['one', 'two'] as const)('a test of %s side(s)', (sides) => {
  it('gives exactly the p-values of its definition', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const rows = noisyRows(7, [0.4, 0, -0.3], seed);
      const { p, isExact, flips } = signFlipMaxT(rows, { sides, seed: 0 });
      expect([isExact, flips]).toEqual([true, 128]);
      expect(p).toEqual(byDefinition(rows, sides));
    }
  });

  it('calls a column rare exactly where its t is beyond the critical value', () => {
    const rows = noisyRows(10, [0.5, 0.2, 0, -0.2, -0.5], 3);
    const { t, p, critical } = signFlipMaxT(rows, { sides, seed: 0 });
    for (const alpha of [0.005, 0.02, 0.05, 0.2, 0.5]) {
      const isRare = t.map((value) => (sides === 'two' ? Math.abs(value) : value) > critical(alpha) + 1e-9);
      expect(isRare).toEqual(p.map((value) => value <= alpha));
    }
  });
});

it('cannot call anything rarer than one in all sign vectors', () => {
  const rows = noisyRows(8, [100], 1);
  const test = signFlipMaxT(rows, { sides: 'one', seed: 0 });
  expect(test.p).toEqual([1 / 256]);
  expect(test.critical(1 / 300)).toBe(Number.POSITIVE_INFINITY);
});

it('tries all 65,536 sign vectors of sixteen rounds and samples beyond, saying so', () => {
  const sixteen = signFlipMaxT(noisyRows(16, [0.2, 0], 5), { sides: 'one', seed: 0 });
  expect([sixteen.isExact, sixteen.flips]).toEqual([true, 65_536]);
  const rows = noisyRows(17, [0.2, 0], 5);
  const seventeen = signFlipMaxT(rows, { sides: 'one', seed: 4 });
  expect(seventeen.isExact).toBe(false);
  expect(signFlipMaxT(rows, { sides: 'one', seed: 4 }).p).toEqual(seventeen.p);
  const exact = byDefinition(rows, 'one');
  seventeen.p.forEach((value, column) => {
    expect(Math.abs(value - exact[column]!)).toBeLessThan(0.01);
  });
});

it('leaves a column that does not count out of the maximum', () => {
  const rows = noisyRows(8, [0.3, -5], 2);
  const isFarBelow = (t: number) => t > -3;
  const together = signFlipMaxT(rows, { sides: 'one', seed: 0 });
  const apart = signFlipMaxT(rows, { sides: 'one', seed: 0, counts: isFarBelow });
  const alone = signFlipMaxT(
    rows.map(([first]) => [first!]),
    { sides: 'one', seed: 0 },
  );
  expect(apart.p[0]).toBe(alone.p[0]);
  expect(apart.p[1]).toBe(1);
  expect(together.p[0]).toBeGreaterThan(alone.p[0]!);
});

it('takes a constant column for what it is', () => {
  const constant = signFlipMaxT(
    Array.from({ length: 8 }, () => [0.1, 0]),
    { sides: 'one', seed: 0 },
  );
  expect(constant.p[0]).toBe(1 / 256);
  expect(constant.t[1]).toBe(0);
});

describe('looks at more and more rows of one test', () => {
  const rows = noisyRows(10, [0.15, 0.1, -0.2], 7);
  const first = signFlipMaxT(rows.slice(0, 7), { sides: 'one', seed: 0 });

  it('count what had crossed before as no less extreme, and nothing twice', () => {
    const second = signFlipMaxT(rows, { sides: 'one', seed: 0, earlier: first.crossed(0.05) });
    const alone = signFlipMaxT(rows, { sides: 'one', seed: 0 });
    // Six of 128 had crossed: 48 of the 1,024 that they are the beginning of.
    expect(first.crossed(0.05)?.reduce((sum, each) => sum + each, 0)).toBe(6);
    second.p.forEach((p, column) => {
      expect(p).toBeGreaterThanOrEqual(48 / 1024);
      expect(p).toBeGreaterThanOrEqual(alone.p[column]!);
      expect(p).toBeLessThanOrEqual(alone.p[column]! + 48 / 1024);
    });
    expect(second.crossed(0.1)?.reduce((sum, each) => sum + each, 0)).toBe(102);
    expect(second.critical(48 / 1024)).toBe(Number.POSITIVE_INFINITY);
  });

  it('are refused where sign vectors are sampled', () => {
    const many = noisyRows(17, [0, 0], 1);
    expect(() => signFlipMaxT(many, { sides: 'one', seed: 0, earlier: new Uint8Array(128) })).toThrow('16 rounds');
    expect(signFlipMaxT(many, { sides: 'one', seed: 0 }).crossed(0.05)).toBeUndefined();
  });
});
