/**
 * Whether the generator's own part of p99 differs between two arms: a candidate that keeps the generator from reading looks slower than it
 * is.
 */
import type { ArmStep } from '../../model/comparison.ts';
import type { TrialRound } from '../../model/gate-input.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { medianP99Us } from '../rounds/window-p99.ts';
import { hodgesLehmann } from '../statistics/walsh-bounds.ts';

/** One step on which they do, in the form of a screen's problems. */
interface OwnErrorProblem {
  readonly code: 'own-error';
  readonly message: string;
  readonly arm: string;
  readonly step: string;
}

/** A difference of less than this share of p99, or of half of what p99 differs by, changes no verdict. */
const harmlessShare = 0.05;
const harmlessPart = 0.5;

/** Of as many rounds it must be the same arm's that is larger; by chance 7 of 8 are in one of 14 cases. */
const sameSideShare = 0.85;

/** A problem for each step on which the arms differ by the generator more than by themselves, over all rounds. */
export function unlikeOwnErrors(
  rounds: readonly TrialRound[],
  arms: readonly string[],
  names: readonly string[] | undefined,
): OwnErrorProblem[] {
  const [first = '', ...others] = arms;
  const stepNames = (rounds[0]?.arms[first]?.steps ?? []).map(({ name }) => name);
  const judged = stepNames.filter((name) => names?.includes(name) ?? true);
  return others.flatMap((arm) => judged.flatMap((step) => unlikeStep(rounds, first, arm, step)));
}

function unlikeStep(rounds: readonly TrialRound[], first: string, arm: string, step: string): OwnErrorProblem[] {
  const pairs = rounds.flatMap(({ arms }) => {
    const [one, other] = [arms[first], arms[arm]].map((run) => run?.steps.find(({ name }) => name === step));
    return one?.ownErrorUs && other?.ownErrorUs ? [seen(one, other)] : [];
  });
  if (pairs.length === 0) return [];
  const ownUs = hodgesLehmann(pairs.map((pair) => pair.ownUs));
  const effectUs = hodgesLehmann(pairs.map((pair) => pair.effectUs));
  const p99Us = hodgesLehmann(pairs.map((pair) => pair.p99Us));
  const sameSide = pairs.filter((pair) => Math.sign(pair.ownUs) === Math.sign(ownUs)).length;
  const isHarmless = Math.abs(ownUs) <= Math.max(harmlessShare * p99Us, harmlessPart * Math.abs(effectUs));
  if (isHarmless || sameSide < sameSideShare * pairs.length) return [];
  const [more, less] = ownUs > 0 ? [arm, first] : [first, arm];
  const message =
    `step ${step}: of p99 the generator's own may be ${formatLatencyUs(Math.abs(ownUs))} more with ${more} than with ${less}, ` +
    `and p99 differs by ${formatLatencyUs(Math.abs(effectUs))}; give the generator a core of its own`;
  return [{ code: 'own-error', message, arm: more, step }];
}

function seen(one: ArmStep, other: ArmStep) {
  const [baseUs, p99Us] = [medianP99Us(one.windows), medianP99Us(other.windows)];
  return {
    ownUs: (other.ownErrorUs?.p99 ?? 0) - (one.ownErrorUs?.p99 ?? 0),
    effectUs: p99Us - baseUs,
    p99Us: Math.min(baseUs, p99Us),
  };
}
