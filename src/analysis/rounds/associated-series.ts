/** Runtime series that moved together with a variant: described as associated, never as causes. */
import { falseDiscoveryRates } from '../../goruntime/profile/poisson.ts';
import type { ArmStep, Judgement } from '../../model/comparison.ts';
import { medianOf } from '../../model/median.ts';
import { isPlaceSeries, seriesInfo } from '../../model/series.ts';
import { standardDeviation } from '../statistics/effect.ts';
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
  const before = rounds.map((round) => seriesOf(round, reference, steps));
  const after = rounds.map((round) => seriesOf(round, variant, steps));
  const names = new Set([...before, ...after].flatMap((each) => [...each.keys()]));
  return [...names].flatMap((name) => {
    const series = name.slice(name.indexOf(' ') + 1);
    const missing = isPlaceSeries(series) ? 0 : [];
    const was = before.flatMap((each) => each.get(name) ?? missing);
    const is = after.flatMap((each) => each.get(name) ?? missing);
    if (was.length !== rounds.length || is.length !== rounds.length) return [];
    const p = pairedP(is.map((value, index) => value - (was[index] ?? 0)));
    const { unit } = seriesInfo(series);
    return [{ variant, series: name, unit, before: medianOf(was), after: medianOf(is), q: p }];
  });
}

function seriesOf(round: RoundSteps, variant: string, steps: readonly string[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const step of round.get(variant)?.steps ?? []) {
    if (!steps.includes(step.name)) continue;
    for (const [name, value] of Object.entries(step.series ?? {})) {
      const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
      sums.set(name, { sum: sum + value, count: count + 1 });
    }
  }
  return new Map([...sums].map(([name, { sum, count }]) => [name, sum / count]));
}

function pairedP(differences: readonly number[]): number {
  const count = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const sd = standardDeviation(differences);
  if (sd === 0) return mean === 0 ? 1 : 0;
  const t = Math.abs(mean) / (sd / Math.sqrt(count));
  return 2 * (1 - studentCdf(t, count - 1));
}
