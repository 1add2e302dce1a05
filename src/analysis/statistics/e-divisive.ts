/**
 * Changes of level in a series, by hierarchical divisive estimation with energy statistics (D. S. Matteson and N. A. James, A Nonparametric
 * Approach for Multiple Change Point Analysis of Multivariate Data, Journal of the American Statistical Association 109, 2014), for one
 * dimension and exponent 1; each cut is tested by permutation within the segments that are there already.
 */
import { seededUniform } from '../../model/random.ts';

/** How cuts are looked for. */
export interface DivisiveOptions {
  /** The chance of a cut in a series without one, at most. */
  readonly alpha: number;
  /** Values on either side of a cut, at least. */
  readonly leastSide: number;
  readonly seed: number;
}

/** A cut before the value at `index`, with the share of permutations that have one as good. */
export interface Cut {
  readonly index: number;
  readonly p: number;
}

/** With fewer permutations a p-value near `alpha` would be luck; so many of them are expected beyond it. */
const expectedBeyond = 10;
const fewestPermutations = 999;

/** The cuts of a series in the order of their places; the same for the same seed. */
export function divisiveCuts(values: readonly number[], { alpha, leastSide, seed }: DivisiveOptions): readonly Cut[] {
  const distances = distancesOf(values);
  const permutations = Math.max(fewestPermutations, Math.ceil(expectedBeyond / alpha) - 1);
  const uniform = seededUniform(seed);
  const order = inOrder(values.length);
  const cuts: Cut[] = [];
  for (;;) {
    const bounds = [0, ...cuts.map(({ index }) => index).sort((a, b) => a - b), values.length];
    const best = bestCut(distances, order, bounds, leastSide);
    if (best === undefined) break;
    const p = chanceOf(best.gain, { distances, bounds, leastSide, permutations, alpha, uniform });
    if (p > alpha) break;
    cuts.push({ index: best.index, p });
  }
  return cuts.sort((a, b) => a.index - b.index);
}

/**
 * The energy statistic between the values before a cut and those from it to an end: `mn / (m + n)` times twice the mean distance between
 * the sides less the mean distances within each, which are 0 of a single value.
 */
export function energyBetween(values: readonly number[], cut: number, end: number = values.length): number {
  let found = 0;
  eachCut(distancesOf(values), inOrder(values.length), [0, values.length], 1, (index, until, gain) => {
    if (index === cut && until === end) found = gain;
  });
  return found;
}

/** The cut with the greatest statistic of a whole series, and that; undefined where it is too short. */
export function bestCutOf(values: readonly number[], leastSide: number): BestCut | undefined {
  return bestCut(distancesOf(values), inOrder(values.length), [0, values.length], leastSide);
}

/** All distances, a row after the other. */
interface Distances {
  readonly of: Float64Array;
  readonly size: number;
}

function distancesOf(values: readonly number[]): Distances {
  const size = values.length;
  const of = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      of[row * size + column] = Math.abs((values[row] ?? 0) - (values[column] ?? 0));
  return { of, size };
}

function inOrder(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}

/**
 * Walks every cut of a segment together with every end of its right side: a level that comes and goes would be hidden by what follows it.
 * Sums are carried on from each cut and end to the next.
 */
function eachCut(
  { of, size }: Distances,
  order: Int32Array,
  [from, to]: readonly [from: number, to: number],
  leastSide: number,
  take: (index: number, end: number, gain: number) => void,
): void {
  const toEarlier = sumsToEarlier({ of, size }, order, from, to);
  /** Of each value of the segment its distances to those before the cut. */
  const toLeft = new Float64Array(to - from);
  let within = 0;
  for (let index = from + 1; index < to; index++) {
    const row = (order[index - 1] ?? 0) * size;
    within += toEarlier[index - 1 - from] ?? 0;
    for (let late = index; late < to; late++)
      toLeft[late - from] = (toLeft[late - from] ?? 0) + (of[row + (order[late] ?? 0)] ?? 0);
    const left = index - from;
    if (left < leastSide) continue;
    const ownMean = left > 1 ? within / (left * (left - 1)) : 0;
    eachEnd({ index, from, to, leastSide, toLeft, toEarlier }, (end, between, otherMean) => {
      const right = end - index;
      const mean = between / (left * right) - ownMean - otherMean;
      take(index, end, (2 * mean * left * right) / (left + right));
    });
  }
}

/** Of each value of a segment its distances to all before it there. */
function sumsToEarlier({ of, size }: Distances, order: Int32Array, from: number, to: number): Float64Array {
  const sums = new Float64Array(to - from);
  for (let late = from + 1; late < to; late++) {
    let sum = 0;
    for (let early = from; early < late; early++) sum += of[(order[early] ?? 0) * size + (order[late] ?? 0)] ?? 0;
    sums[late - from] = sum;
  }
  return sums;
}

interface RightSides {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly leastSide: number;
  readonly toLeft: Float64Array;
  readonly toEarlier: Float64Array;
}

/** Every right side of a cut: the sum of distances to its left side, and half the mean of those within. */
function eachEnd(
  { index, from, to, leastSide, toLeft, toEarlier }: RightSides,
  take: (end: number, between: number, halfMean: number) => void,
): void {
  let [between, within] = [0, 0];
  for (let last = index; last < to; last++) {
    const near = toLeft[last - from] ?? 0;
    between += near;
    within += (toEarlier[last - from] ?? 0) - near;
    const count = last + 1 - index;
    if (count >= leastSide) take(last + 1, between, count > 1 ? within / (count * (count - 1)) : 0);
  }
}

interface BestCut {
  readonly index: number;
  readonly gain: number;
}

/** The best cut of all segments; undefined where none is long enough. */
function bestCut(
  distances: Distances,
  order: Int32Array,
  bounds: readonly number[],
  leastSide: number,
): BestCut | undefined {
  let [at, most] = [-1, Number.NEGATIVE_INFINITY];
  for (let segment = 1; segment < bounds.length; segment++) {
    eachCut(distances, order, [bounds[segment - 1] ?? 0, bounds[segment] ?? 0], leastSide, (index, _, gain) => {
      if (gain > most) [at, most] = [index, gain];
    });
  }
  return at < 0 ? undefined : { index: at, gain: most };
}

interface Test {
  readonly distances: Distances;
  readonly bounds: readonly number[];
  readonly leastSide: number;
  readonly permutations: number;
  readonly alpha: number;
  readonly uniform: () => number;
}

/**
 * The share of orders, this one counted as one of them, whose best cut is as good. It stops as soon as that must be more than `alpha`
 * (J. Besag and P. Clifford, Sequential Monte Carlo p-values, Biometrika 78, 1991): such a share is only known to be more.
 */
function chanceOf(gain: number, { distances, bounds, leastSide, permutations, alpha, uniform }: Test): number {
  const order = inOrder(distances.size);
  const most = Math.floor(alpha * (permutations + 1));
  let asGood = 1;
  for (let done = 1; done <= permutations; done++) {
    for (let segment = 1; segment < bounds.length; segment++)
      shuffle(order, bounds[segment - 1] ?? 0, bounds[segment] ?? 0, uniform);
    const best = bestCut(distances, order, bounds, leastSide);
    if (best && best.gain >= gain * (1 - 1e-9)) asGood += 1;
    if (asGood > most) return Math.max(asGood / (done + 1), Number.EPSILON + alpha);
  }
  return asGood / (permutations + 1);
}

function shuffle(order: Int32Array, from: number, to: number, uniform: () => number): void {
  for (let last = to - 1; last > from; last--) {
    const other = from + Math.floor(uniform() * (last + 1 - from));
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
}
