/** The joint sign-flip test: how surprising the largest of many paired differences is when the two arms are the same. */
import { seededUniform } from '../../model/random.ts';

/** Up to this many rounds every sign vector is tried, so the p-values are exact; beyond, a seeded sample of them. */
export const exactRounds = 16;

/** Sign vectors of the sample, the identity among them. */
const sampledFlips = 2 ** 16;

/** Two maxima that differ by less than this share of their size are the same number but for rounding. */
const rounding = 1e-9;

/** A variance below this share of the mean square is rounding: the column is constant. */
const leastVarianceShare = 1e-12;

/** How the test is made; `counts` says by its t whether a column takes part, all do without it; one that does not has p = 1. */
interface SignFlipOptions {
  readonly sides: 'one' | 'two';
  /** Of the sample, where there are too many rounds to try all sign vectors. */
  readonly seed: number;
  readonly counts?: (t: number) => boolean;
  /** Of an earlier look at the first of these rows, where the test is made again and again as rows come in. */
  readonly earlier?: CrossedFlips | undefined;
}

/** For every sign vector of some rows whether its maximum was surprising: bit r of its place says that row r is flipped. */
export type CrossedFlips = Uint8Array;

/** What came of it, by column: Student's t of the mean against zero, and its p-value adjusted for all columns. */
interface SignFlipTest {
  readonly t: readonly number[];
  readonly p: readonly number[];
  /** Whether all sign vectors were tried, and how many were. */
  readonly isExact: boolean;
  readonly flips: number;
  /** A column beyond this t, and only such a one, has a p of at most `alpha`; infinite when nothing can. */
  readonly critical: (alpha: number) => number;
  /** The sign vectors that have a p of at most `alpha`, now or at an earlier look; undefined when not all were tried. */
  readonly crossed: (alpha: number) => CrossedFlips | undefined;
}

/**
 * Sign-flip max-T over rows (rounds) of values (columns): all signs of a row are flipped together, which keeps the
 * dependence between columns, and each column's t is held against the largest of all (Westfall and Young,
 * Resampling-Based Multiple Testing, 1993, single step). Valid when a row and its negative are equally likely.
 *
 * With an `earlier` look, p is the share of sign vectors that had crossed then or are as extreme now (the stagewise order of
 * Tsiatis, Rosner and Mehta, Biometrics 40, 1984): the looks of one test share one error exactly, instead of by the union bound.
 */
export function signFlipMaxT(rows: readonly (readonly number[])[], options: SignFlipOptions): SignFlipTest {
  const statistic = studentised(rows);
  const t = statistic.of(statistic.sums);
  const taken = t.flatMap((value, column) => (options.counts?.(value) === false ? [] : [column]));
  const isExact = rows.length <= exactRounds;
  const maxima = isExact
    ? everyFlip(rows, statistic, taken, options.sides)
    : sampleOfFlips(rows, statistic, taken, options);
  const { earlier } = options;
  if (earlier && !isExact) throw new RangeError(`looks share one error up to ${exactRounds} rounds only`);
  const hadCrossed = (code: number) => earlier?.[code & (earlier.length - 1)] === 1;
  const open = maxima.filter((_, code) => !hadCrossed(code)).sort();
  const spent = maxima.length - open.length;
  const atLeast = (value: number) => spent + open.length - firstNotBelow(open, value - roundingOf(value));
  const critical = (alpha: number) => {
    const allowed = Math.floor(alpha * maxima.length + rounding) - spent;
    return allowed < 1 ? Number.POSITIVE_INFINITY : (open[open.length - allowed - 1] ?? Number.NEGATIVE_INFINITY);
  };
  return {
    t,
    p: t.map((value, column) =>
      taken.includes(column) ? atLeast(options.sides === 'two' ? Math.abs(value) : value) / maxima.length : 1,
    ),
    isExact,
    flips: maxima.length,
    critical,
    crossed: (alpha) => {
      if (!isExact) return undefined;
      const bound = critical(alpha);
      return Uint8Array.from(maxima, (value, code) => (hadCrossed(code) || value - roundingOf(value) > bound ? 1 : 0));
    },
  };
}

function roundingOf(value: number): number {
  return rounding * Math.max(1, Math.abs(value));
}

interface Statistic {
  readonly sums: Float64Array;
  readonly of: (sums: Float64Array) => number[];
  readonly one: (column: number, sum: number) => number;
}

/** Student's t from sums alone: the sum of squares does not change when signs flip. */
function studentised(rows: readonly (readonly number[])[]): Statistic {
  const count = rows.length;
  const columns = rows[0]?.length ?? 0;
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (const row of rows) {
    row.forEach((value, column) => {
      sums[column] = (sums[column] ?? 0) + value;
      squares[column] = (squares[column] ?? 0) + value * value;
    });
  }
  const one = (column: number, sum: number) => {
    const square = squares[column] ?? 0;
    if (square === 0) return 0;
    const centred = Math.max(square - (sum * sum) / count, leastVarianceShare * square);
    return sum / Math.sqrt((centred * count) / (count - 1));
  };
  return { sums, one, of: (given) => Array.from(given, (sum, column) => one(column, sum)) };
}

/**
 * Maxima of all 2^R sign vectors, each at the place that its flipped rows are the bits of. The vectors are walked in the order of a Gray
 * code, so each differs from the one before in a single row; the negative of each costs nothing more, because its t are the negatives.
 */
function everyFlip(
  rows: readonly (readonly number[])[],
  { sums, one }: Statistic,
  taken: readonly number[],
  sides: 'one' | 'two',
): Float64Array {
  const half = 2 ** (rows.length - 1);
  const maxima = new Float64Array(2 * half);
  const flipped = Float64Array.from(sums);
  let code = 0;
  for (let step = 0; step < half; step++) {
    if (step > 0) {
      const turned = 31 - Math.clz32(step & -step);
      const isNegative = ((code >> turned) & 1) === 1;
      code ^= 1 << turned;
      addRow(flipped, rows[turned] ?? [], isNegative ? 2 : -2);
    }
    const { most, least } = extremes(flipped, taken, one);
    maxima[code] = sides === 'two' ? Math.max(most, -least) : most;
    maxima[2 * half - 1 - code] = sides === 'two' ? Math.max(most, -least) : -least;
  }
  return maxima;
}

function extremes(sums: Float64Array, taken: readonly number[], one: Statistic['one']) {
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (const column of taken) {
    const t = one(column, sums[column] ?? 0);
    if (t > most) most = t;
    if (t < least) least = t;
  }
  return { most, least };
}

function addRow(sums: Float64Array, row: readonly number[], factor: number): void {
  for (let column = 0; column < sums.length; column++) sums[column] = (sums[column] ?? 0) + factor * (row[column] ?? 0);
}

/** Maxima of the identity and of random sign vectors. */
function sampleOfFlips(
  rows: readonly (readonly number[])[],
  { sums, one }: Statistic,
  taken: readonly number[],
  { sides, seed }: SignFlipOptions,
): Float64Array {
  const next = seededUniform(seed);
  const maxima = new Float64Array(sampledFlips);
  for (let flip = 0; flip < sampledFlips; flip++) {
    const flipped = flip === 0 ? sums : randomlyFlipped(rows, sums.length, next);
    const { most, least } = extremes(flipped, taken, one);
    maxima[flip] = sides === 'two' ? Math.max(most, -least) : most;
  }
  return maxima;
}

function randomlyFlipped(rows: readonly (readonly number[])[], columns: number, next: () => number): Float64Array {
  const sums = new Float64Array(columns);
  for (const row of rows) addRow(sums, row, next() < 0.5 ? -1 : 1);
  return sums;
}

function firstNotBelow(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
