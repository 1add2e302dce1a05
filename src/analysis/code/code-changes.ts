/** Profile rounds of two arms to what their code does differently for each request. */
import { diffProfile, scaleColumns } from '../../goruntime/profile/delta.ts';
import { columnKinds } from '../../goruntime/profile/kind.ts';
import { mergeProfiles } from '../../goruntime/profile/merge.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { type CodeChanges, type Cost, costSchema } from '../../model/code-changes.ts';
import { meanOf } from '../statistics/mean.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import { culpritsIn } from './culprits.ts';
import { flameDifference } from './flame-difference.ts';
import { questionsIn, type TestedCosts, testFunctions } from './function-tests.ts';
import { falseShare } from './paired-test.ts';
import type { ProfiledRun } from './profiled-run.ts';
import { type ServiceWork, type WorkType, workTypes } from './service-work.ts';
import {
  columnOf,
  type ProfileColumn,
  type ProfiledRound,
  serviceCosts,
  usualColumn,
  worksOfBoth,
} from './stack-costs.ts';

/** Flame graphs of these; objects have the shape of bytes. */
const drawn: readonly Cost[] = ['cpu', 'bytes', 'lock', 'off', 'waited'];
/** With this probability what is called detectable would have been named. */
const power = 0.8;
/** The function that a detectable change is told of has so much of a total. */
const usualPart = 0.1;

const turnedOn: Readonly<Record<WorkType, string | undefined>> = {
  cpu: undefined,
  heap: undefined,
  mutex: 'runtime.SetMutexProfileFraction(100)',
  block: 'runtime.SetBlockProfileRate(100_000)',
  goroutine: undefined,
};

/** What the rounds that have a good run of both arms say; `planned` were meant to be made. */
export function codeChanges(rounds: readonly ProfiledRound[], planned: number): Omit<CodeChanges, 'state' | 'message'> {
  const responseUs = meanOf(rounds.flatMap(({ before, after }) => [before.responseUs, after.responseUs]));
  const tested = rounds.length < 2 ? [] : testFunctions(serviceCosts(rounds).filter(isTold), responseUs);
  const questions = questionsIn(tested);
  return {
    plannedRounds: planned,
    rounds: rounds.map(({ number }) => number),
    ...culpritsIn(tested),
    totals: tested.map((each) => totalOf(each, questions)),
    missing: missingIn(rounds),
    flames: flamesOf(rounds, tested),
  };
}

/**
 * A profile of both arms, of the steps that both have, that pprof shows as their difference and opens at `column`, the first arm's scaled to
 * the requests of the other; undefined where they have none. What stands at a moment belongs to no request, and is 0.
 */
export function codeDifference(
  rounds: readonly ProfiledRound[],
  service: string,
  { type, column }: { readonly type: WorkType; readonly column?: string | undefined },
): PprofProfile | undefined {
  const pairs = rounds.flatMap((round) => worksOfBoth(round.before, round.after, service, type));
  const before = workIn(pairs.map(([was]) => was));
  const after = workIn(pairs.map(([, is]) => is));
  if (before.profiles.length === 0 || after.profiles.length === 0) return undefined;
  try {
    const [is, was] = [mergeProfiles(after.profiles), mergeProfiles(before.profiles)];
    const difference = diffProfile(is, was, after.requests / before.requests);
    const told = columnKinds({ ...is, durationNanos: 0n }).map((kind) => (kind === 'gauge' && type === 'heap' ? 0 : 1));
    return { ...scaleColumns(difference, told, 1), defaultSampleType: column ?? usualColumn(type) ?? '' };
  } catch (error) {
    if (error instanceof ProfileError) return undefined;
    throw error;
  }
}

function workIn(works: readonly ServiceWork[]) {
  return {
    profiles: works.flatMap(({ profiles }) => profiles),
    requests: works.reduce((sum, each) => sum + each.requests, 0),
  };
}

/** The service, and the kind of profile and its column, whose difference is looked at first: of what is named first, else the CPU of what changed most. */
export function firstDifference({
  functions,
  totals,
}: Pick<CodeChanges, 'functions' | 'totals'>): ({ readonly service: string } & ProfileColumn) | undefined {
  const [named] = functions;
  const cost = named?.changes[0]?.cost;
  if (named && cost) return { service: named.service, ...columnOf(cost) };
  const [largest] = totals
    .filter((total) => total.cost === 'cpu')
    .sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
  return largest && { service: largest.service, ...columnOf('cpu') };
}

function isTold({ stacks }: { readonly stacks: readonly unknown[] }): boolean {
  return stacks.length > 0;
}

function totalOf(
  { service, cost, whole, least, rounds }: TestedCosts,
  questions: number,
): CodeChanges['totals'][number] {
  const { before, after, estimate, low, high, rounds: each, p, isSteady, error, degrees } = whole;
  const quantiles =
    studentQuantile(1 - falseShare / 2 / Math.max(1, questions), degrees) + studentQuantile(power, degrees);
  return {
    service,
    cost,
    before,
    after,
    estimate,
    low,
    high,
    rounds: each,
    q: p,
    isShown: p <= falseShare && isSteady && Math.abs(estimate) >= least && rounds.length > 1,
    detectable: Math.max(least, quantiles * error * Math.sqrt(usualPart)),
  };
}

/** Profiles that could not be taken, and those that were and have nothing in any round, which may be because they are off. */
function missingIn(rounds: readonly ProfiledRound[]): CodeChanges['missing'] {
  const runs = rounds.flatMap(({ before, after }) => [before, after]);
  const services = new Set(runs.flatMap(({ works, missing }) => [...works, ...missing].map(({ service }) => service)));
  return [...services].sort().flatMap((service) =>
    workTypes.flatMap((type) => {
      const message = missingText(runs, service, type);
      return message === undefined ? [] : [{ service, profile: type, message }];
    }),
  );
}

function missingText(runs: readonly ProfiledRun[], service: string, type: WorkType): string | undefined {
  const own = runs.flatMap(({ works }) => works.filter((work) => work.service === service && work.type === type));
  const bad = runs.flatMap(({ missing }) => missing.filter((each) => each.service === service && each.type === type));
  const [reason] = bad;
  if (own.length === 0) return reason ? `none could be taken: ${reason.message}` : undefined;
  const on = turnedOn[type];
  if (own.every(({ profiles }) => profiles.length === 0) && on !== undefined)
    return `${type} profiling is off in ${service}, or nobody waited: call ${on} in main to turn it on`;
  return reason ? `${bad.length} could not be taken, such as: ${reason.message}` : undefined;
}

function flamesOf(rounds: readonly ProfiledRound[], tested: readonly TestedCosts[]): CodeChanges['flames'] {
  const steps = [...new Set(rounds.flatMap(({ before }) => before.works.map(({ step }) => step)))];
  const testedAs = (service: string, cost: Cost) =>
    tested.find((each) => each.service === service && each.cost === cost);
  const pictures = (step: string | undefined) =>
    (step === undefined ? tested : serviceCosts(rounds, step)).flatMap((costs) => {
      const as = testedAs(costs.service, costs.cost);
      if (!drawn.includes(costs.cost) || !as) return [];
      return flameDifference(costs, step, as) ?? [];
    });
  const all = [undefined, ...(steps.length > 1 ? steps : [])].flatMap(pictures);
  const order = costSchema.options;
  return all.sort((a, b) => order.indexOf(a.cost) - order.indexOf(b.cost));
}
