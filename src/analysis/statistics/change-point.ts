/** The moment at which a series left its level, with its uncertainty: at once, or by beginning to rise or fall. */
import { meanOf } from './mean.ts';

/** A value and when it was seen. */
export type Point = readonly [atUs: number, value: number];

/** One change: between which moments it lies with 95 % confidence, and the mean before and after. */
export interface LevelChange {
  readonly atUs: number;
  readonly uncertaintyUs: number;
  readonly from: number;
  readonly to: number;
}

const leastSide = 3;
/** A change is one when chance alone gives as good a cut in fewer than one of a hundred orders of the points. */
const mostChance = 0.01;
const orders = 300;
/** The chance of more points than these is told of the means of neighbours: each order of them takes as long as they are many. */
const mostShuffled = 1000;
/**
 * The 95 % quantile of the argument of a two-sided Brownian motion with drift, in which Bai's interval is told: the true cut lies within
 * `11.03 * variance / shift^2` points (J. Bai, Review of Economics and Statistics 79, 1997, p. 552).
 */
const baiQuantile = 11.03;
/** 95 % of chi-square with one degree of freedom: how much worse another corner may fit (P. I. Feder, Annals of Statistics 3, 1975). */
const chiSquare = 3.84;

/**
 * The change of level, when shuffling the points hardly ever gives as good a cut; undefined when there is none. Where a line that bends once
 * fits better than two levels, as of a queue that begins to grow, it is the moment of the bend: the middle of the growth would be later.
 */
export function changePoint(points: readonly Point[], uniform: () => number): LevelChange | undefined {
  if (points.length < 2 * leastSide) return undefined;
  const values = points.map(([, value]) => value);
  const cut = bestCut(values);
  if (cut.gain <= 0 || mayBeChance(neighbourMeans(values), uniform)) return undefined;
  const left = squares(values.slice(0, cut.index)) + squares(values.slice(cut.index));
  const bend = bestBend(points);
  return bend && bend.left < left ? ofBend(points, bend) : ofCut(points, cut, left);
}

function ofCut(points: readonly Point[], cut: Cut, left: number): LevelChange {
  const values = points.map(([, value]) => value);
  const [from, to] = [meanOf(values.slice(0, cut.index)), meanOf(values.slice(cut.index))];
  const variance = left / Math.max(1, values.length - 2);
  const spread = Math.ceil((baiQuantile * variance) / (to - from) ** 2);
  const at = (index: number) => points[Math.min(points.length - 1, Math.max(0, index))]?.[0] ?? 0;
  const [last, first] = [at(cut.index - 1), at(cut.index)];
  return {
    atUs: (last + first) / 2,
    uncertaintyUs: Math.max(first - last, at(cut.index + spread) - at(cut.index - 1 - spread)) / 2,
    from,
    to,
  };
}

function ofBend(points: readonly Point[], { atUs, left, all }: Bend): LevelChange {
  const asGood = all.filter((each) => points.length * Math.log((each.left + 1e-12) / (left + 1e-12)) <= chiSquare);
  const reach = asGood.reduce((most, each) => Math.max(most, Math.abs(each.atUs - atUs)), 0);
  const gapUs = ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)) / Math.max(1, points.length - 1);
  return {
    atUs,
    uncertaintyUs: Math.max(reach, gapUs / 2),
    from: meanOf(points.filter(([us]) => us <= atUs).map(([, value]) => value)),
    to: meanOf(points.filter(([us]) => us > atUs).map(([, value]) => value)),
  };
}

interface Cut {
  /** Of the first point of the new level. */
  readonly index: number;
  /** By how much the sum of squares shrinks. */
  readonly gain: number;
}

function bestCut(values: readonly number[]): Cut {
  const total = values.reduce((sum, value) => sum + value, 0);
  let best: Cut = { index: 0, gain: 0 };
  let left = 0;
  for (let index = 1; index < values.length; index++) {
    left += values[index - 1] ?? 0;
    const right = values.length - index;
    if (index < leastSide || right < leastSide) continue;
    const gain = ((left / index - (total - left) / right) ** 2 * index * right) / values.length;
    if (gain > best.gain) best = { index, gain };
  }
  return best;
}

interface Corner {
  readonly atUs: number;
  /** The sum of squares that is left. */
  readonly left: number;
}

interface Bend extends Corner {
  readonly all: readonly Corner[];
}

/** A level up to a point, and from there a line, continuous: the point with the least squares, of those with enough on both sides. */
function bestBend(points: readonly Point[]): Bend | undefined {
  const all = corners(points);
  const best = all.reduce<Corner | undefined>(
    (least, each) => (least && least.left <= each.left ? least : each),
    undefined,
  );
  return best && { ...best, all };
}

/**
 * What least squares of `level + slope * max(0, t - bend)` leave, for a bend at each point with enough on both sides. From the last point on
 * towards the first, the sums over what is behind the bend follow from those one point later; times are told from the bend, and values from
 * their mean, so that nothing large is taken from something as large.
 */
function corners(points: readonly Point[]): Corner[] {
  const count = points.length;
  const meanY = meanOf(points.map(([, value]) => value));
  const told: { readonly atUs: number; readonly by: number }[] = [];
  let [x, xx, xy, y, yy, behind] = [0, 0, 0, 0, 0, 0];
  for (let index = count - 1; index >= 0; index--) {
    const [atUs, value] = points[index] ?? [0, 0];
    const gap = ((points[index + 1]?.[0] ?? atUs) - atUs) / 1e6;
    xx += 2 * gap * x + behind * gap ** 2;
    xy += gap * y;
    x += behind * gap;
    behind += 1;
    y += value - meanY;
    yy += (value - meanY) ** 2;
    if (index < leastSide - 1 || index >= count - leastSide) continue;
    const spread = xx - x ** 2 / count;
    told.push({ atUs, by: spread > 0 ? xy ** 2 / spread : 0 });
  }
  return told.reverse().map(({ atUs, by }) => ({ atUs, left: Math.max(0, yy - by) }));
}

/**
 * Whether too large a share of random orders, this one counted as one of them, has a best cut that is as good (Fisher, The Design of
 * Experiments, 1935); no more of them are tried than it takes to know.
 */
function mayBeChance(values: readonly number[], uniform: () => number): boolean {
  const { gain } = bestCut(values);
  const shuffled = [...values];
  let asGood = 1;
  for (let order = 0; order < orders && asGood <= mostChance * (orders + 1); order++) {
    shuffle(shuffled, uniform);
    if (bestCut(shuffled).gain >= gain * (1 - 1e-9)) asGood += 1;
  }
  return asGood > mostChance * (orders + 1);
}

/** The means of groups of neighbours that are as large as each other, but for one; the values themselves where they are few. */
function neighbourMeans(values: readonly number[]): readonly number[] {
  if (values.length <= mostShuffled) return values;
  const from = (group: number) => Math.floor((group * values.length) / mostShuffled);
  return Array.from({ length: mostShuffled }, (_, group) => meanOf(values.slice(from(group), from(group + 1))));
}

function shuffle(values: number[], uniform: () => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    const held = values[last] ?? 0;
    values[last] = values[other] ?? 0;
    values[other] = held;
  }
}

function squares(values: readonly number[]): number {
  const around = meanOf(values);
  return values.reduce((sum, value) => sum + (value - around) ** 2, 0);
}
