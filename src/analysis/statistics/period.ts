/** Whether moments come at a period, and at which. */

/** A period with the odds of moments lying so well on it by chance. */
export interface Period {
  readonly us: number;
  /** How far off it may be: the spread of the moments around its grid over the time that they span. */
  readonly uncertaintyUs: number;
  /** Moments of the grid, within the time that they span, at which there was one. */
  readonly hits: number;
  readonly of: number;
  readonly chance: number;
}

const leastMoments = 4;
const trials = 400;
/** A grid of which less than this share is there is none that anybody would see. */
const leastHits = 0.6;
const mostMissing = 3;
/** On a grid any gap tells its period: of more gaps some are tried, evenly spread, since each is held against all moments. */
const mostGaps = 60;

/**
 * The period of moments in order, undefined when there is none: of the gaps between neighbours and their simple parts, the period on whose
 * grid they lie best (by the length of the mean vector of phases, N. I. Fisher, Statistical Analysis of Circular Data, 1993), when as many
 * moments thrown over the same time hardly ever lie so well on any of theirs.
 */
export function periodOf(momentsUs: readonly number[], uniform: () => number): Period | undefined {
  const best = bestGrid(momentsUs);
  if (!best) return undefined;
  const [first, last] = [momentsUs[0] ?? 0, momentsUs.at(-1) ?? 0];
  let asGood = 1;
  for (let trial = 0; trial < trials; trial++) {
    const inner = momentsUs.slice(2).map(() => first + uniform() * (last - first));
    const thrown = bestGrid([first, ...inner.sort((a, b) => a - b), last]);
    if (thrown && thrown.score >= best.score) asGood += 1;
  }
  const { us, hits, of, length } = best;
  const spreadUs = (us / (2 * Math.PI)) * Math.sqrt(Math.max(0, -2 * Math.log(Math.min(1, length))));
  return { us, uncertaintyUs: (2 * spreadUs) / Math.max(1, of - 1), hits, of, chance: asGood / (trials + 1) };
}

interface Grid {
  readonly us: number;
  readonly hits: number;
  readonly of: number;
  /** Of the mean vector of phases, 0 to 1. */
  readonly length: number;
  /** How well they lie: the length, less where the grid has holes. */
  readonly score: number;
}

function bestGrid(momentsUs: readonly number[]): Grid | undefined {
  if (momentsUs.length < leastMoments) return undefined;
  const gaps = momentsUs.slice(1).map((atUs, index) => atUs - (momentsUs[index] ?? 0));
  if (gaps.some((gap) => gap <= 0)) return undefined;
  const every = Math.ceil(gaps.length / mostGaps);
  const tried = gaps.filter((_, index) => index % every === 0);
  const parts = tried.flatMap((gap) => Array.from({ length: mostMissing }, (_, missing) => gap / (missing + 1)));
  let best: Grid | undefined;
  for (const part of parts) {
    const grid = fitted(momentsUs, part);
    if (grid && (!best || grid.score > best.score)) best = grid;
  }
  return best;
}

/** The grid nearest to a period that is roughly known, by least squares over the numbers of the moments on it. */
function fitted(momentsUs: readonly number[], roughUs: number): Grid | undefined {
  const numbers = [0];
  let us = roughUs;
  for (let index = 1; index < momentsUs.length; index++) {
    const stepped = Math.round(((momentsUs[index] ?? 0) - (momentsUs[index - 1] ?? 0)) / us);
    // Two moments in one place of the grid lie on none.
    if (stepped < 1) return undefined;
    numbers.push((numbers.at(-1) ?? 0) + stepped);
  }
  us = slopeOf(numbers, momentsUs);
  const of = (numbers.at(-1) ?? 0) + 1;
  const hits = momentsUs.length;
  if (hits < leastHits * of) return undefined;
  const [x, y] = momentsUs.reduce(
    ([cos, sin], atUs) => [cos + Math.cos((2 * Math.PI * atUs) / us), sin + Math.sin((2 * Math.PI * atUs) / us)],
    [0, 0],
  );
  const length = Math.hypot(x ?? 0, y ?? 0) / hits;
  return { us, hits, of, length, score: length * (hits / of) ** 0.5 };
}

function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [meanX, meanY] = [x, y].map((all) => all.reduce((sum, value) => sum + value, 0) / all.length);
  const dx = x.map((value) => value - (meanX ?? 0));
  const top = dx.reduce((sum, value, index) => sum + value * ((y[index] ?? 0) - (meanY ?? 0)), 0);
  return top / dx.reduce((sum, value) => sum + value ** 2, 0);
}
