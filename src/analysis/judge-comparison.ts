/** What came of a comparison: which variant is shown to be better in what, by how much, or that nothing is shown and what could have been. */
import type { ArmRun, Comparison, Contrast, Judgement } from '../model/comparison.ts';
import { associatedSeries } from './associated-series.ts';
import { contrastsOf, fewestRounds, type PairColumn } from './comparison-contrasts.ts';
import {
  type ComparisonMetric,
  comparisonMetrics,
  heldSteps,
  roundMetrics,
  stepOf,
  stepP99Us,
  type WholeRound,
} from './comparison-metrics.ts';
import { costPerMillion } from './cost.ts';
import { metricNote } from './metric-note.ts';
import { onFront } from './pareto.ts';
import { lowerBound, upperBound } from './walsh-bounds.ts';
import { medianOf } from './window-p99.ts';

/** A variant with more failures than the first by this share of all arrivals cannot be the best of anything: it did less work. */
const mostMoreErrors = 0.01;

/** A variant takes part when it has a valid run in at least this share of the rounds. */
const leastPresent = 0.5;

type RoundValues = ReturnType<typeof roundMetrics>;

/** Judges the runs that there are. */
export function judgeComparison(comparison: Comparison): Judgement {
  const names = comparison.variants.map(({ name }) => name);
  const { variants, missing } = present(comparison, names);
  const numbered = wholeRounds(comparison.runs, variants);
  const rounds = numbered.map(({ round }) => round);
  const base = { rounds: numbered.map(({ number }) => number), variants, missing };
  if (variants[0] !== names[0] || variants.length < 2 || rounds.length < 2)
    return { ...base, ...nothing(variants, names, rounds.length) };
  const { held, notHeld } = heldSteps(rounds, variants);
  const steps = held.length > 0 ? held : comparison.scenario.steps;
  const values = rounds.map((round) => roundMetrics(round, steps));
  const metrics = comparisonMetrics.filter(({ id }) =>
    values.every((round) => variants.every((name) => round.get(name)?.[id] !== undefined)),
  );
  const columns = [
    ...pairColumns(values, variants, metrics),
    ...stepColumns(rounds, variants, comparison.scenario.steps),
  ];
  const contrasts = contrastsOf(columns, comparison.scenario.seed);
  const overall = contrasts.filter(({ step }) => step === undefined);
  const summary = summaryOf(comparison, rounds, values, variants, metrics, steps);
  const failing = summary.filter(({ errorShare }) => errorShare > (summary[0]?.errorShare ?? 0) + mostMoreErrors);
  const canTell = rounds.length >= fewestRounds;
  const judgedMetrics = metrics.map(({ id, title, unit, better }) => {
    const best = canTell
      ? bestIn(
          id,
          overall,
          variants,
          failing.map(({ variant }) => variant),
        )
      : undefined;
    const own = overall.filter(({ metric }) => metric === id);
    return {
      id,
      title,
      unit,
      better,
      ...(best === undefined ? {} : { best }),
      note: metricNote(own, best, variants, canTell),
    };
  });
  const moved = new Set(
    overall
      .filter(({ verdict, against }) => verdict !== 'not shown' && against === variants[0])
      .map(({ variant }) => variant),
  );
  return {
    ...base,
    outcome: canTell ? 'judged' : 'cannot tell',
    message: canTell
      ? messageOf(judgedMetrics)
      : `${rounds.length} whole rounds can show nothing, ${fewestRounds} are the fewest that can: the figures only describe`,
    metrics: judgedMetrics,
    summary,
    contrasts: canTell ? contrasts : contrasts.map((each) => ({ ...each, verdict: 'not shown' as const })),
    curves: curvesOf(rounds, variants, comparison.scenario.steps),
    associated: canTell
      ? associatedSeries(
          rounds,
          variants[0] ?? '',
          variants.slice(1).filter((name) => moved.has(name)),
          steps,
        )
      : [],
    notes: [
      ...notHeld.map(
        ({ step, variants: who }) =>
          `${step}: ${who.join(', ')} did not answer at that rate, so its p99 is not among those that are judged; what was answered is`,
      ),
      ...(held.length === 0 ? ['no step was held by every variant, so all of them are judged'] : []),
      ...failing.map(
        ({ variant, errorShare }) =>
          `${variant} failed ${(errorShare * 100).toFixed(1)} % of the arrivals, more than ${variants[0]}: it did less work and cannot be the best of anything`,
      ),
      ...disturbance(rounds),
    ],
  };
}

/** Variants that have enough valid runs, and a line for whatever is not there. */
function present({ runs }: Comparison, names: readonly string[]) {
  const roundCount = new Set(runs.map(({ round }) => round)).size;
  const valid = (name: string) =>
    new Set(runs.filter((run) => run.variant === name && run.invalid.length === 0).map(({ round }) => round)).size;
  const variants = names.filter((name) => valid(name) > 0 && valid(name) >= leastPresent * roundCount);
  const missing = names.flatMap((name) => {
    const count = valid(name);
    if (count === roundCount) return [];
    const reason = runs.findLast((run) => run.variant === name && run.invalid.length > 0)?.invalid[0]?.message;
    const why = reason === undefined ? '' : `, last because ${reason}`;
    return [
      `${name}: ${roundCount - count} of ${roundCount} rounds have no valid run of it${why}${variants.includes(name) ? '' : '; it is not judged'}`,
    ];
  });
  return { variants, missing };
}

function wholeRounds(runs: readonly ArmRun[], variants: readonly string[]): { number: number; round: WholeRound }[] {
  return [...new Set(runs.map(({ round }) => round))]
    .sort((a, b) => a - b)
    .map((number) => {
      const own = runs.filter(
        (run) => run.round === number && run.invalid.length === 0 && variants.includes(run.variant),
      );
      return { number, round: new Map(own.map((run) => [run.variant, run])) };
    })
    .filter(({ round }) => round.size === variants.length);
}

function nothing(variants: readonly string[], names: readonly string[], rounds: number) {
  const isInvalid = variants[0] !== names[0] || variants.length < 2;
  const message = isInvalid
    ? `there are too few valid runs of ${names.filter((name) => !variants.includes(name)).join(', ')}`
    : `${rounds === 0 ? 'no round is' : 'only one round is'} whole; ${fewestRounds} are the fewest that can show a difference`;
  const empty = { metrics: [], summary: [], contrasts: [], curves: [], associated: [], notes: [] };
  return { outcome: isInvalid ? ('invalid' as const) : ('cannot tell' as const), message, ...empty };
}

/** Every pair in every metric; the later variant against the earlier. */
function pairColumns(
  values: readonly RoundValues[],
  variants: readonly string[],
  metrics: readonly ComparisonMetric[],
): PairColumn[] {
  return metrics.flatMap(({ id, better, kind }) =>
    pairsOf(variants).map(([against, variant]) => ({
      metric: id,
      variant,
      against,
      better,
      kind,
      values: values.map((round) => {
        const [now, then] = [round.get(variant)?.[id] ?? Number.NaN, round.get(against)?.[id] ?? Number.NaN];
        return kind === 'ratio' ? Math.log(now) - Math.log(then) : now - then;
      }),
    })),
  );
}

/** The p99 of each step, of each variant against the first. */
function stepColumns(
  rounds: readonly WholeRound[],
  variants: readonly string[],
  steps: readonly string[],
): PairColumn[] {
  const [against = '', ...others] = variants;
  return steps.flatMap((step) =>
    others.map((variant) => ({
      metric: 'p99',
      variant,
      against,
      step,
      better: 'low' as const,
      kind: 'ratio' as const,
      values: rounds.map((round) => logP99(round, variant, step) - logP99(round, against, step)),
    })),
  );
}

function logP99(round: WholeRound, variant: string, step: string): number {
  const of = stepOf(round, variant, step);
  return of ? Math.log(stepP99Us(of)) : Number.NaN;
}

function pairsOf(variants: readonly string[]): [string, string][] {
  return variants.flatMap((against, index) =>
    variants.slice(index + 1).map((variant): [string, string] => [against, variant]),
  );
}

/** The variant that is shown better than each of the others. */
function bestIn(
  metric: string,
  contrasts: readonly Contrast[],
  variants: readonly string[],
  failing: readonly string[],
): string | undefined {
  const beats = (one: string, other: string) =>
    contrasts.some(
      (each) =>
        each.metric === metric &&
        ((each.variant === one && each.against === other && each.verdict === 'better') ||
          (each.variant === other && each.against === one && each.verdict === 'worse')),
    );
  return variants.find(
    (one) => !failing.includes(one) && variants.every((other) => other === one || beats(one, other)),
  );
}

function summaryOf(
  { runs, prices }: Comparison,
  rounds: readonly WholeRound[],
  values: readonly RoundValues[],
  variants: readonly string[],
  metrics: readonly ComparisonMetric[],
  steps: readonly string[],
): Judgement['summary'] {
  const rows = variants.map((variant) => {
    const medians = metrics.map(
      ({ id }) => [id, medianOf(values.map((round) => round.get(variant)?.[id] ?? Number.NaN))] as const,
    );
    const own = rounds.flatMap((round) => round.get(variant) ?? []);
    const costs = own.flatMap(
      (run) =>
        costPerMillion(
          run.steps.filter(({ name }) => steps.includes(name)),
          prices,
        ) ?? [],
    );
    return {
      variant,
      values: Object.fromEntries(medians),
      errorShare: errorShareOf(own),
      ...(costs.length === own.length && runs.length > 0 ? { costPerMillion: medianOf(costs) } : {}),
    };
  });
  const front = onFront(
    rows.map(({ values: of }) => of),
    metrics,
  );
  return rows.map((row, index) => ({ ...row, isOnFront: front[index] ?? false }));
}

function errorShareOf(runs: readonly ArmRun[]): number {
  const counts = runs.flatMap(({ steps }) => steps.map((step) => step.counts));
  const planned = counts.reduce((sum, count) => sum + count.planned, 0);
  const completed = counts.reduce((sum, count) => sum + count.completed, 0);
  return planned === 0 ? 0 : (planned - completed) / planned;
}

/** p99 by rate: the median over the rounds with the exact signed-rank interval of each point alone; of all rounds where they are few. */
function curvesOf(
  rounds: readonly WholeRound[],
  variants: readonly string[],
  steps: readonly string[],
): Judgement['curves'] {
  return variants.map((variant) => ({
    variant,
    points: steps.flatMap((step) => {
      const all = rounds.flatMap((round) => stepOf(round, variant, step) ?? []);
      const logs = all.map((one) => Math.log(stepP99Us(one)));
      if (logs.length === 0) return [];
      const [low, high] = [lowerBound(logs, 0.025), upperBound(logs, 0.025)];
      return [
        {
          step,
          rps: medianOf(all.map(({ rps }) => rps)),
          p99Us: Math.exp(medianOf(logs)),
          lowUs: Math.exp(Number.isFinite(low) ? low : Math.min(...logs)),
          highUs: Math.exp(Number.isFinite(high) ? high : Math.max(...logs)),
        },
      ];
    }),
  }));
}

function messageOf(metrics: Judgement['metrics']): string {
  const won = metrics.filter(({ best }) => best !== undefined);
  if (won.length === 0) return 'no variant is shown to be the best of anything';
  return won.map(({ title, best }) => `best in ${title}: ${best}`).join('; ');
}

function disturbance(rounds: readonly WholeRound[]): string[] {
  const windows = rounds.flatMap((round) =>
    [...round.values()].flatMap(({ steps }) => steps.flatMap((step) => step.windows)),
  );
  const share = windows.filter(({ isDisturbed }) => isDisturbed).length / Math.max(1, windows.length);
  if (share < 0.1) return [];
  return [
    `the hypervisor took CPU away in ${(share * 100).toFixed(0)} % of the windows, which were left out: a quieter machine would tell more`,
  ];
}
