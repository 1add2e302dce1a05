/**
 * What came of a comparison: which variant is shown to be better in what, by how much, or that nothing is shown and what could have been.
 */
import type { Comparison, Contrast, Judgement } from '../../model/comparison.ts';
import { formatSignedPercent } from '../../model/units.ts';
import { associatedSeries } from '../rounds/associated-series.ts';
import { builtOtherwise } from '../rounds/build-changes.ts';
import { type CompleteRound, completeRounds, judgeable } from '../rounds/complete-rounds.ts';
import { explanationOf } from '../rounds/explanation.ts';
import { leftOutSeries } from '../rounds/left-out-series.ts';
import { pairColumns, stepColumns } from './columns.ts';
import { contrastsOf, fewestRounds } from './contrasts.ts';
import { metricNote } from './metric-note.ts';
import { type ComparisonMetric, comparisonMetrics, heldSteps, roundMetrics } from './metrics.ts';
import { curvesOf, summaryOf } from './variant-summary.ts';
import { waitText } from './wait-text.ts';
import { waitsOf } from './waits.ts';

/** A variant with more failures than the first by this share of all arrivals cannot be the best of anything: it did less work. */
export const mostMoreErrors = 0.01;

/** Judges the runs that there are. */
export function judgeComparison(whole: Comparison, power?: number): Judgement {
  const { warmupRounds = 0 } = whole;
  const comparison = { ...whole, runs: whole.runs.filter(({ round }) => round > warmupRounds) };
  const names = comparison.variants.map(({ name }) => name);
  const { variants, missing } = judgeable(comparison, names);
  const numbered = completeRounds(comparison.runs, variants);
  const rounds = numbered.map(({ round }) => round);
  const base = { rounds: numbered.map(({ number }) => number), variants, missing };
  if (variants[0] !== names[0] || variants.length < 2 || rounds.length < 2)
    return { ...base, ...nothing(variants, names, rounds.length) };
  const { held, notHeld } = heldSteps(rounds, variants);
  const all = comparison.scenario.steps;
  const steps = held.length > 0 ? held : all;
  const values = rounds.map((round) => roundMetrics(round, steps));
  const metrics = comparisonMetrics.filter(({ id }) =>
    values.every((round) => variants.every((name) => round.get(name)?.[id] !== undefined)),
  );
  const columns = [...pairColumns(rounds, values, variants, metrics), ...stepColumns(rounds, variants, all)];
  const canTell = rounds.length >= fewestRounds;
  const waits = waitsOf(rounds, variants, comparison.scenario.seed, canTell);
  const contrasts = contrastsOf(columns, comparison.scenario.seed, power).map((each) =>
    canTell ? each : { ...each, verdict: 'not shown' as const },
  );
  const summary = summaryOf({ rounds, values, variants, metrics, steps, prices: comparison.prices });
  const failing = summary.filter(({ errorShare }) => errorShare > (summary[0]?.errorShare ?? 0) + mostMoreErrors);
  const judged = metrics.map((metric) => judgeMetric(metric, contrasts, variants, failing, canTell));
  const associated = associatedSeries(rounds, variants[0] ?? '', moved(contrasts, variants), steps);
  return {
    ...base,
    outcome: canTell ? 'judged' : 'cannot tell',
    message: [
      ...waits.filter(isTelling).map(waitText),
      canTell
        ? messageOf(judged, contrasts, waits)
        : `${rounds.length} whole rounds can show nothing, ${fewestRounds} are the fewest that can: the figures only describe`,
    ]
      .filter((text) => text !== '')
      .join('; '),
    metrics: judged,
    summary,
    contrasts,
    curves: curvesOf(rounds, variants, all),
    associated,
    ...builtIn(comparison, variants),
    ...(waits.length > 0 ? { waits } : {}),
    ...explained(associated, contrasts, variants, comparison.code ?? []),
    notes: [
      ...notHeld.map(notHeldNote),
      ...(held.length === 0 ? ['no step was held by every variant, so all of them are judged'] : []),
      ...failing.map((row) => failingNote(row, variants)),
      ...leftOutSeries(rounds, variants),
      ...disturbance(rounds),
    ],
  };
}

/** A condition that never ceased to hold for anybody is in the table alone. */
function isTelling({ kind, variants }: NonNullable<Judgement['waits']>[number]): boolean {
  return kind === 'recovery' || variants.some(({ took, never, unknown }) => took + never + unknown > 0);
}

function builtIn({ runs }: Comparison, variants: readonly string[]): Pick<Judgement, 'built'> {
  const built = builtOtherwise(runs, variants);
  return built.length === 0 ? {} : { built };
}

function judgeMetric(
  { id, title, unit, better }: ComparisonMetric,
  contrasts: readonly Contrast[],
  variants: readonly string[],
  failing: Judgement['summary'],
  canTell: boolean,
): Judgement['metrics'][number] {
  const own = contrasts.filter(({ metric, step }) => metric === id && step === undefined);
  const able = variants.filter((name) => !failing.some(({ variant }) => variant === name));
  const best = able.find((one) => variants.every((other) => other === one || beats(own, one, other)));
  const ofSteps = contrasts.filter(({ metric, step }) => metric === id && step !== undefined);
  const note = metricNote(own, ofSteps, best, variants, canTell);
  return { id, title, unit, better, ...(best === undefined ? {} : { best }), note };
}

function beats(contrasts: readonly Contrast[], one: string, other: string): boolean {
  return contrasts.some(
    ({ variant, against, verdict }) =>
      (variant === one && against === other && verdict === 'better') ||
      (variant === other && against === one && verdict === 'worse'),
  );
}

/** Variants of which something is shown against the first. */
function moved(contrasts: readonly Contrast[], variants: readonly string[]): string[] {
  return variants.filter((name) =>
    contrasts.some(
      ({ variant, against, step, verdict }) =>
        variant === name && against === variants[0] && step === undefined && verdict !== 'not shown',
    ),
  );
}

/** For each variant that differs, the chain from its settings to its p99. */
function explained(
  associated: Judgement['associated'],
  contrasts: readonly Contrast[],
  [first, ...others]: readonly string[],
  code: NonNullable<Comparison['code']>,
): Pick<Judgement, 'explanations'> {
  const explanations = others.flatMap((variant) => {
    const own = associated.filter((each) => each.variant === variant);
    const p99 = contrasts.find(
      (each) => each.metric === 'p99' && each.variant === variant && each.against === first && each.step === undefined,
    );
    const users = p99 ? usersText(p99) : 'response p99 is not judged';
    const named = code.find((each) => each.variant === variant)?.functions;
    const explanation = explanationOf(own, users, named);
    return explanation ? [{ variant, ...explanation }] : [];
  });
  return explanations.length > 0 ? { explanations } : {};
}

function usersText({ percent: { estimate } }: Contrast): string {
  return estimate === null
    ? 'more than 1 % of requests get no answer'
    : `response p99 ${formatSignedPercent(estimate)}`;
}

function notHeldNote({ step, variants }: { readonly step: string; readonly variants: readonly string[] }): string {
  return `${step}: ${variants.join(', ')} did not answer at that rate, so its p99 is not among those that are judged; what was answered is`;
}

function failingNote({ variant, errorShare }: Judgement['summary'][number], [first]: readonly string[]): string {
  return `${variant} failed ${(errorShare * 100).toFixed(1)} % of the arrivals, more than ${first}: it did less work and cannot be the best of anything`;
}

function nothing(variants: readonly string[], names: readonly string[], rounds: number) {
  const isInvalid = variants[0] !== names[0] || variants.length < 2;
  const message = isInvalid
    ? `there are too few valid runs of ${names.filter((name) => !variants.includes(name)).join(', ')}`
    : `${rounds === 0 ? 'no round is' : 'only one round is'} whole; ${fewestRounds} are the fewest that can show a difference`;
  const empty = { metrics: [], summary: [], contrasts: [], curves: [], associated: [], notes: [] };
  return { outcome: isInvalid ? ('invalid' as const) : ('cannot tell' as const), message, ...empty };
}

function messageOf(metrics: Judgement['metrics'], contrasts: readonly Contrast[], waits: readonly unknown[]): string {
  const won = metrics.flatMap(({ id, title, best }) =>
    best === undefined ? stepsTold(id, title, contrasts) : [`best in ${title}: ${best}`],
  );
  if (won.length === 0 && waits.length > 0) return '';
  return won.length === 0 ? 'no variant is shown to be the best of anything' : won.join('; ');
}

/** Where nothing is shown of all steps together, something may be of one of them. */
function stepsTold(metric: string, title: string, contrasts: readonly Contrast[]): string[] {
  return contrasts.flatMap(({ metric: of, step, variant, against, verdict }) =>
    of === metric && step !== undefined && verdict !== 'not shown'
      ? [`${title} at ${step}: ${variant} is ${verdict} than ${against}`]
      : [],
  );
}

function disturbance(rounds: readonly CompleteRound[]): string[] {
  const windows = rounds.flatMap((round) =>
    [...round.values()].flatMap(({ steps }) => steps.flatMap((step) => step.windows)),
  );
  const share = windows.filter(({ isDisturbed }) => isDisturbed).length / Math.max(1, windows.length);
  if (share < 0.1) return [];
  return [
    `the hypervisor took CPU away in ${(share * 100).toFixed(0)} % of the windows, which were left out: a quieter machine would tell more`,
  ];
}
