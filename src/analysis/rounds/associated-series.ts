/** Runtime series that moved together with a variant: described as associated, never as causes. */
import { falseDiscoveryRates } from '../../goruntime/profile/poisson.ts';
import type { ArmStep, Judgement } from '../../model/comparison.ts';
import { medianOf } from '../../model/median.ts';
import { placeKindOf, seriesInfo } from '../../model/series.ts';
import { standardDeviation } from '../statistics/effect.ts';
import { meanOf } from '../statistics/mean.ts';
import { studentCdf } from '../statistics/student-t.ts';

/** Of all series that are listed, this share may be there by chance. */
const falseShare = 0.1;
const leastChange = 0.05;
const mostListed = 12;

type Associated = Judgement['associated'][number];

/** The steps of every variant in one round, by variant. */
type RoundSteps = ReadonlyMap<string, { readonly steps: readonly ArmStep[] }>;

/** The series of `variants` that differ from those of `reference`, the surest first, at most a dozen for each variant. */
export function associatedSeries(
  rounds: readonly RoundSteps[],
  reference: string,
  variants: readonly string[],
  steps: readonly string[],
): Associated[] {
  const tests = variants.flatMap((variant) => testsOf(rounds, reference, variant, steps));
  const rates = falseDiscoveryRates(tests.map(({ q }) => q));
  const adjusted = tests.map((test, index) => ({ ...test, q: rates[index] ?? 1 }));
  return variants.flatMap((variant) =>
    adjusted
      .filter((one) => one.variant === variant && one.q <= falseShare && changeOf(one) >= leastChange)
      .sort((a, b) => a.q - b.q || changeOf(b) - changeOf(a))
      .slice(0, mostListed),
  );
}

function changeOf({ before, after }: Associated): number {
  return Math.abs(after - before) / Math.max(Math.abs(before), Math.abs(after), 1e-9);
}

/** A paired t-test for each series that every round has of both; `q` is still the plain p. */
function testsOf(
  rounds: readonly RoundSteps[],
  reference: string,
  variant: string,
  steps: readonly string[],
): Associated[] {
  const pairs = rounds.map((round) => stepPairs(round, reference, variant, steps));
  const names = new Set(pairs.flat().flatMap((pair) => pair.flatMap(({ series = {} }) => Object.keys(series))));
  return [...names].flatMap((name) => {
    const means = pairs.flatMap((own) => meansOf(name, own) ?? []);
    if (means.length !== rounds.length) return [];
    const p = pairedP(means.map(({ is, was }) => is - was));
    const { unit } = seriesInfo(name.slice(name.indexOf(' ') + 1));
    const [before, after] = [medianOf(means.map(({ was }) => was)), medianOf(means.map(({ is }) => is))];
    return [{ variant, series: name, unit, before, after, q: p }];
  });
}

type StepPair = readonly [was: ArmStep, is: ArmStep];

function stepPairs(round: RoundSteps, reference: string, variant: string, steps: readonly string[]): StepPair[] {
  return steps.flatMap((name): StepPair[] => {
    const [was, is] = [reference, variant].map((arm) => round.get(arm)?.steps.find((step) => step.name === name));
    return was && is ? [[was, is]] : [];
  });
}

/** The means of a series over the steps in which it is known of both; undefined without any. */
function meansOf(name: string, pairs: readonly StepPair[]): { readonly was: number; readonly is: number } | undefined {
  const known = pairs.flatMap(([was, is]) => {
    const [a, b] = [valueIn(was, name), valueIn(is, name)];
    return a && b
      ? [{ was: Math.max(a.least, Math.min(a.most, b.least)), is: Math.max(b.least, Math.min(b.most, a.least)) }]
      : [];
  });
  return known.length === 0
    ? undefined
    : { was: meanOf(known.map(({ was }) => was)), is: meanOf(known.map(({ is }) => is)) };
}

/** Of a place that is not told only how large it is at most: where its kind was looked at, and the others were too many to tell. */
function valueIn(
  { series = {}, places }: ArmStep,
  name: string,
): { readonly least: number; readonly most: number } | undefined {
  const value = series[name] ?? places?.values[name];
  if (value !== undefined) return { least: value, most: value };
  const at = name.indexOf(' ');
  const kind = placeKindOf(name.slice(at + 1));
  const most = kind === undefined ? undefined : places?.most[`${name.slice(0, at)} ${kind}`];
  return most === undefined ? undefined : { least: 0, most };
}

function pairedP(differences: readonly number[]): number {
  const count = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const sd = standardDeviation(differences);
  if (sd === 0) return mean === 0 ? 1 : 0;
  const t = Math.abs(mean) / (sd / Math.sqrt(count));
  return 2 * (1 - studentCdf(t, count - 1));
}
