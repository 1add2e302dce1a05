/**
 * Whether a cost changed, from two to four rounds: its noise is what counting makes of it and what runs differ by beyond that. So few rounds say
 * little of the latter, so it is held to be near what such costs usually vary by (moderated t: Smyth, Stat. Appl. Genet. Mol. Biol. 3, 2004).
 */
import type { CodeChange, Cost } from '../../model/code-changes.ts';
import { standardDeviation } from '../statistics/effect.ts';
import { meanOf } from '../statistics/mean.ts';
import { studentCdf, studentQuantile } from '../statistics/student-t.ts';

/** Of everything that is named, this share may be there by chance (Benjamini and Hochberg, J. R. Statist. Soc. B 57, 1995). */
export const falseShare = 0.05;

/** How much runs of one arm usually differ in a cost beyond counting, as a share of it, and of how many rounds' worth of knowledge that is. */
const usual: Readonly<Record<Cost, { readonly share: number; readonly rounds: number }>> = {
  cpu: { share: 0.05, rounds: 4 },
  bytes: { share: 0.02, rounds: 4 },
  objects: { share: 0.02, rounds: 4 },
  lock: { share: 0.5, rounds: 3 },
  off: { share: 0.3, rounds: 3 },
  waited: { share: 0.5, rounds: 3 },
};

/** Waits are as many times as long or as short, other costs so much more or less. */
const isRatio: Readonly<Record<Cost, boolean>> = {
  cpu: false,
  bytes: false,
  objects: false,
  lock: true,
  off: false,
  waited: true,
};

/** Beyond so many degrees of freedom Student's t is the normal distribution. */
const mostDegrees = 200;

/** A cost for each request in both arms and all rounds, as `StackCost` has it. */
export interface Cells {
  readonly values: Float64Array;
  readonly variances: Float64Array;
}

/** What one test says; `p` is that of a change either way. */
export interface PairedTest extends Omit<CodeChange, 'cost' | 'q'> {
  readonly p: number;
  /** The same way in every round: the least that a sign-flip test of so few rounds can ask for. */
  readonly isSteady: boolean;
  /** Standard error of the estimate, in its own unit, and its degrees of freedom. */
  readonly error: number;
  readonly degrees: number;
}

/** How costs of a service are tested: a wait of less than `floor` is as good as none, and runs differ by this `share` of a cost. */
export interface TestTerms {
  readonly cost: Cost;
  readonly floor: number;
  readonly share: number;
}

/** The terms by what is usual, or by what the rounds differ by in the cost of all functions together, where that is more. */
export function termsOf(whole: Cells, cost: Cost, floor: number): TestTerms {
  const { share } = usual[cost];
  const { scaled, counted, level } = differences(whole, { cost, floor, share });
  const beyond = Math.max(0, spreadOf(scaled) - counted);
  return { cost, floor, share: level > 0 ? Math.max(share, Math.sqrt(beyond / 2) / level) : share };
}

/** Holds the second arm against the first. */
export function pairedTest(cells: Cells, terms: TestTerms): PairedTest {
  const { cost, floor, share } = terms;
  const { before, after, from, scaled, counted, level, scale } = differences(cells, terms);
  const count = scaled.length;
  const { variance, degrees } = moderated(scaled, counted, {
    variance: 2 * (share * level) ** 2,
    worth: usual[cost].rounds,
  });
  const centre = meanOf(scaled);
  const error = Math.sqrt(variance / count);
  const reach = studentQuantile(0.975, degrees) * error;
  const was = meanOf(from);
  const told = (step: number) => scale.back(was + step) - scale.back(was);
  const rounds = after.map((value, round) => value - (before[round] ?? 0));
  return {
    before: meanOf(before),
    after: meanOf(after),
    estimate: told(centre),
    low: told(centre - reach),
    high: told(centre + reach),
    rounds,
    p: error === 0 ? 1 : 2 * (1 - studentCdf(Math.abs(centre) / error, degrees)),
    isSteady: rounds.every((each) => Math.sign(each) === Math.sign(centre)) && centre !== 0,
    error: isRatio[cost] ? error * Math.max(floor, meanOf(before)) : error,
    degrees,
  };
}

/** What the arms differ by in each round, on the scale of the cost, and the variance that counting alone gives that. */
function differences({ values, variances }: Cells, { cost, floor }: TestTerms) {
  const count = values.length / 2;
  const at = (cells: Float64Array, arm: 0 | 1) =>
    Array.from({ length: count }, (_, round) => cells[2 * round + arm] ?? 0);
  const [before, after] = [at(values, 0), at(values, 1)];
  const noise = [at(variances, 0), at(variances, 1)] as const;
  const scale = isRatio[cost] ? ratioScale(floor) : plainScale;
  const from = before.map(scale.of);
  const scaled = after.map((value, round) => scale.of(value) - (from[round] ?? 0));
  const ofArms = scaled.map(
    (_, round) =>
      scale.variance(before[round] ?? 0, noise[0][round] ?? 0) +
      scale.variance(after[round] ?? 0, noise[1][round] ?? 0),
  );
  return {
    before,
    after,
    from,
    scaled,
    counted: meanOf(ofArms),
    level: scale.spread(meanOf([...before, ...after])),
    scale,
  };
}

interface Scale {
  of(value: number): number;
  back(scaled: number): number;
  variance(value: number, variance: number): number;
  /** What a share of a value is on this scale. */
  spread(value: number): number;
}

const plainScale: Scale = {
  of: (value) => value,
  back: (scaled) => scaled,
  variance: (_, variance) => variance,
  spread: (value) => value,
};

function ratioScale(floor: number): Scale {
  return {
    of: (value) => Math.log(Math.max(0, value) + floor),
    back: (scaled) => Math.exp(scaled) - floor,
    variance: (value, variance) => variance / (Math.max(0, value) + floor) ** 2,
    spread: () => 1,
  };
}

/** Counting is known; what is beyond it comes from the rounds and from what is usual, and degrees of freedom by Satterthwaite (Biometrics Bull. 2, 1946). */
function moderated(
  steps: readonly number[],
  counted: number,
  prior: { readonly variance: number; readonly worth: number },
): { variance: number; degrees: number } {
  const free = steps.length - 1;
  const beyond = (prior.worth * prior.variance + free * Math.max(0, spreadOf(steps) - counted)) / (prior.worth + free);
  const variance = counted + beyond;
  const degrees = beyond === 0 ? mostDegrees : (prior.worth + free) * (variance / beyond) ** 2;
  return { variance, degrees: Math.max(1, Math.min(mostDegrees, Math.floor(degrees))) };
}

/** The sample variance. */
function spreadOf(steps: readonly number[]): number {
  return standardDeviation(steps) ** 2;
}
