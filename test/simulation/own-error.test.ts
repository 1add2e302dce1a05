/** The bound on the generator's own part of a percentile, on made-up steps whose truth is known. */
import { expect, it } from 'vitest';
import { ownErrorUs } from '../../src/analysis/run/own-error.ts';
import { newHistogram } from '../../src/model/histogram.ts';
import { seededUniform } from '../../src/model/random.ts';

const trials = 400;

interface Kind {
  readonly name: string;
  /** The true response time of an arrival, microseconds. */
  readonly truth: (uniform: () => number) => number;
  /** What the generator adds at a moment of the step, 0 to 1; the same moment has the same error for arrivals and echoes. */
  readonly error: (at: number, uniform: () => number) => number;
}

const exponential = (mean: number, uniform: () => number) => -mean * Math.log(uniform());

const kinds: readonly Kind[] = [
  { name: 'a fixed time, read a little late', truth: () => 5000, error: (_, uniform) => exponential(200, uniform) },
  {
    name: 'a long tail, read a little late',
    truth: (uniform) => exponential(3000, uniform),
    error: (_, uniform) => exponential(200, uniform),
  },
  {
    name: 'two kinds of answers, read late at times',
    truth: (uniform) => (uniform() < 0.0125 ? 200_000 : 2000),
    error: (_, uniform) => (uniform() < 0.03 ? exponential(4000, uniform) : 100),
  },
  {
    name: 'a fixed time, and pauses of the generator',
    truth: () => 5000,
    error: (at) => {
      const intoPause = (at * 20) % 1;
      return intoPause < 0.02 ? (0.02 - intoPause) * 500_000 : 80;
    },
  },
];

function step({ truth, error }: Kind, seed: number) {
  const uniform = seededUniform(seed);
  const response = newHistogram();
  const lag = newHistogram();
  const truths: number[] = [];
  for (let n = 0; n < 4000; n++) {
    const trueUs = truth(uniform);
    truths.push(trueUs);
    response.recordValue(Math.round(trueUs + error(uniform(), uniform)));
    lag.recordValue(0);
  }
  const lateUs = Array.from({ length: 1000 }, () => error(uniform(), uniform)).sort((a, b) => b - a);
  truths.sort((a, b) => a - b);
  return { response, lag, echoes: { lagUs: lateUs.map(() => 0), lateUs }, truths };
}

it.each(kinds)('$name: covers the truth of p99 in 95 of 100 steps, and is no more than what was measured', (kind) => {
  let covered = 0;
  for (let seed = 1; seed <= trials; seed++) {
    const { response, lag, echoes, truths } = step(kind, seed);
    const p99 = response.getValueAtPercentile(99);
    const boundUs = ownErrorUs(0.99, response, lag, echoes);
    expect(boundUs).toBeGreaterThanOrEqual(0);
    expect(boundUs).toBeLessThanOrEqual(p99);
    if (p99 - boundUs <= (truths[Math.ceil(0.99 * truths.length) - 1] ?? 0)) covered++;
  }
  // By chance 370 of 400 or fewer would be seen of a bound that covers 95 % in one of a hundred cases.
  expect(covered).toBeGreaterThan(370);
});

it('is narrow where the error is small: half a millisecond of five', () => {
  const kind = kinds[0];
  if (!kind) throw new Error('no kind');
  const { response, lag, echoes } = step(kind, 7);
  expect(ownErrorUs(0.99, response, lag, echoes)).toBeLessThan(1300);
});

it('counts what arrivals were late beyond the echoes, as when a generator catches up', () => {
  const { lag, echoes } = step({ name: '', truth: () => 5000, error: () => 100 }, 1);
  const [response, late] = [newHistogram(), newHistogram()];
  for (let n = 0; n < 4000; n++) {
    const lagUs = n % 10 === 0 ? 20_000 : 0;
    late.recordValue(lagUs);
    response.recordValue(5100 + lagUs);
  }
  expect(ownErrorUs(0.99, response, late, echoes)).toBeGreaterThanOrEqual(20_000);
  expect(ownErrorUs(0.99, response, lag, echoes)).toBeLessThan(200);
});

it('says that all of it may be its own where a handful of echoes is all there is', () => {
  const { response, lag } = step({ name: '', truth: (uniform) => exponential(3000, uniform), error: () => 0 }, 1);
  const p99 = response.getValueAtPercentile(99);
  expect(ownErrorUs(0.99, response, lag, { lagUs: [0, 0], lateUs: [90, 80] })).toBe(p99);
});
