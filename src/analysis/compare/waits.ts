/** Recovery and convergence of variants over the rounds: every time, what they come to, and which variant is shown to be quicker. */
import {
  type ArmConvergence,
  type ArmFault,
  convergenceName,
  convergenceOf,
  recoveryOf,
  type Waited,
} from '../../model/arm-faults.ts';
import type { Judgement } from '../../model/comparison.ts';
import type { CompleteRound } from '../rounds/complete-rounds.ts';
import { countWaits, knownValues, testable, tookUs, waitedRatio } from '../rounds/waited.ts';
import { finite, percentOfLog, standardDeviation } from '../statistics/effect.ts';
import { meanOf } from '../statistics/mean.ts';
import { signFlipMaxT } from '../statistics/sign-flip.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import { hodgesLehmann, lowerBound, upperBound } from '../statistics/walsh-bounds.ts';

type Wait = NonNullable<Judgement['waits']>[number];
type WaitContrast = Wait['contrasts'][number];

/** The chance of calling any two alike variants different, over all waits and pairs together. */
const familyError = 0.05;

/** A smaller change is called none, however sure it is. */
const leastPercent = 1;

/** What is waited for in one kind of run. */
interface Asked {
  readonly kind: Wait['kind'];
  readonly of: string;
  readonly waitOf: (run: {
    faults?: readonly ArmFault[] | undefined;
    convergences?: readonly ArmConvergence[] | undefined;
  }) => Waited | undefined;
}

/** One for each fault and each condition after an event that some variant has; `canTell` where the rounds are enough to show anything. */
export function waitsOf(
  rounds: readonly CompleteRound[],
  variants: readonly string[],
  seed: number,
  canTell: boolean,
): Wait[] {
  const asked = askedIn(rounds);
  const pairs = asked.flatMap((one) => pairsOf(one, rounds, variants));
  const p = testOf(pairs, rounds.length, seed);
  return asked.map((one) => ({
    kind: one.kind,
    of: one.of,
    variants: variants.flatMap((variant) => variantWait(one, variant, rounds)),
    contrasts: pairs.flatMap((pair, index) =>
      pair.asked === one ? [contrastOf(pair, p[index] ?? 1, pairs.length, canTell)] : [],
    ),
  }));
}

function askedIn(rounds: readonly CompleteRound[]): Asked[] {
  const runs = rounds.flatMap((round) => [...round.values()]);
  const faults = new Set(runs.flatMap((run) => (run.faults ?? []).map(({ name }) => name)));
  const conditions = new Set(runs.flatMap((run) => (run.convergences ?? []).map(convergenceName)));
  return [
    ...[...faults].map(
      (of): Asked => ({
        kind: 'recovery',
        of,
        waitOf: (run) => {
          const own = run.faults?.find(({ name }) => name === of);
          return own && recoveryOf(own);
        },
      }),
    ),
    ...[...conditions].map(
      (of): Asked => ({
        kind: 'converged',
        of,
        waitOf: (run) => {
          const own = run.convergences?.find((each) => convergenceName(each) === of);
          return own && convergenceOf(own);
        },
      }),
    ),
  ];
}

function waitsIn({ waitOf }: Asked, variant: string, rounds: readonly CompleteRound[]): (Waited | undefined)[] {
  return rounds.map((round) => {
    const run = round.get(variant);
    return run && waitOf(run);
  });
}

function variantWait(asked: Asked, variant: string, rounds: readonly CompleteRound[]): Wait['variants'] {
  const own = waitsIn(asked, variant, rounds);
  const waits = own.flatMap((each) => each ?? []);
  // A variant without the fault has nothing to recover from.
  if (waits.length === 0) return [];
  const counts = countWaits(waits);
  const metastable = rounds.filter((round) =>
    round
      .get(variant)
      ?.faults?.some((fault) => asked.kind === 'recovery' && fault.name === asked.of && fault.metastable),
  ).length;
  const times = tookUs(waits);
  return [
    {
      variant,
      ...counts,
      metastable,
      ...(counts.never === 0 && times.length > 0 ? meanWithInterval(times) : {}),
      timesUs: own.map((each) => (each?.kind === 'took' ? each.us : null)),
    },
  ];
}

/** The mean with Student's 95 % interval; without one for a single time. */
function meanWithInterval(times: readonly number[]): Pick<Wait['variants'][number], 'meanUs' | 'lowUs' | 'highUs'> {
  const meanUs = meanOf(times);
  if (times.length < 2) return { meanUs };
  const reach = (studentQuantile(0.975, times.length - 1) * standardDeviation(times)) / Math.sqrt(times.length);
  return { meanUs, lowUs: Math.max(0, meanUs - reach), highUs: meanUs + reach };
}

interface Pair {
  readonly asked: Asked;
  readonly variant: string;
  readonly against: string;
  readonly values: readonly number[];
}

function pairsOf(asked: Asked, rounds: readonly CompleteRound[], variants: readonly string[]): Pair[] {
  const having = variants.filter((variant) => waitsIn(asked, variant, rounds).some((each) => each !== undefined));
  const unknown: Waited = { kind: 'unknown' };
  return having.flatMap((against, index) => {
    const before = waitsIn(asked, against, rounds);
    return having.slice(index + 1).map((variant): Pair => {
      const now = waitsIn(asked, variant, rounds);
      return {
        ...{ asked, variant, against },
        values: now.map((each, round) => waitedRatio(each ?? unknown, before[round] ?? unknown)),
      };
    });
  });
}

/** One test of all pairs together, by pair. */
function testOf(pairs: readonly Pair[], rounds: number, seed: number): readonly number[] {
  if (pairs.length === 0 || rounds < 2) return [];
  const columns = pairs.map(({ values }) => testable(values));
  const rows = Array.from({ length: rounds }, (_, round) => columns.map((column) => column[round] ?? 0));
  return signFlipMaxT(rows, { sides: 'two', seed }).p;
}

function contrastOf({ variant, against, values }: Pair, p: number, pairs: number, canTell: boolean): WaitContrast {
  const known = knownValues(values);
  const centre = hodgesLehmann(known);
  const level = familyError / 2 / pairs;
  const percent = {
    estimate: finite(percentOfLog(centre)),
    low: finite(percentOfLog(lowerBound(known, level))),
    high: finite(percentOfLog(upperBound(known, level))),
  };
  const isShown = canTell && known.length > 0 && p <= familyError && Math.abs(percentOfLog(centre)) >= leastPercent;
  return {
    ...{ variant, against, percent, p },
    verdict: isShown ? (centre < 0 ? 'better' : 'worse') : 'not shown',
    leftOut: values.length - known.length,
  };
}
