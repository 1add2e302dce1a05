/** The moment at which the level of a series changed, with its uncertainty. */

/** A value and when it was seen. */
export type Point = readonly [atUs: number, value: number];

/** One change of level: between which moments it lies with 95 % confidence, and the mean before and after. */
export interface LevelChange {
  /** The middle between the last point of the old level and the first of the new one. */
  readonly atUs: number;
  readonly uncertaintyUs: number;
  readonly from: number;
  readonly to: number;
}

const leastSide = 3;
/** A change is one when chance alone gives as good a cut in fewer than one of a hundred orders of the points. */
const mostChance = 0.01;
const orders = 300;
/**
 * The 95 % quantile of the argument of a two-sided Brownian motion with drift, in which Bai's interval is told: the true cut lies within
 * `11.03 * variance / shift^2` points (J. Bai, Review of Economics and Statistics 79, 1997, p. 552).
 */
const baiQuantile = 11.03;

/** The best single cut by least squares, when shuffling the points hardly ever gives one as good; undefined when there is none. */
export function changePoint(points: readonly Point[], uniform: () => number): LevelChange | undefined {
  if (points.length < 2 * leastSide) return undefined;
  const values = points.map(([, value]) => value);
  const cut = bestCut(values);
  if (cut.gain <= 0 || chanceOf(values, cut.gain, uniform) > mostChance) return undefined;
  const [before, after] = [values.slice(0, cut.index), values.slice(cut.index)];
  const [from, to] = [mean(before), mean(after)];
  const variance = (squares(before, from) + squares(after, to)) / Math.max(1, values.length - 2);
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

/** The share of random orders, this one counted as one of them, whose best cut is as good (Fisher, The Design of Experiments, 1935). */
function chanceOf(values: readonly number[], gain: number, uniform: () => number): number {
  const shuffled = [...values];
  let asGood = 1;
  for (let order = 0; order < orders; order++) {
    shuffle(shuffled, uniform);
    if (bestCut(shuffled).gain >= gain * (1 - 1e-9)) asGood += 1;
  }
  return asGood / (orders + 1);
}

function shuffle(values: number[], uniform: () => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    const held = values[last] ?? 0;
    values[last] = values[other] ?? 0;
    values[other] = held;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[], around: number): number {
  return values.reduce((sum, value) => sum + (value - around) ** 2, 0);
}
