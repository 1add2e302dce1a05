/** SLO rules judged on each measured step, or on all of them together; a rule without enough data never passes. */
import type { LatencySummary } from '../../model/histogram.ts';
import type { SloOutcome, StepResult } from '../../model/run-result.ts';
import {
  isAbout,
  isPlain,
  isStepRule,
  namedSteps,
  type SloMetric,
  type SloRule,
  type StepMetric,
  type StepRule,
} from '../../model/slo-rule.ts';
import { formatCount, formatLatencyUs, maxLatencyUs } from '../../model/units.ts';
import { quantiles } from './lost-slowest.ts';
import { type JudgedStep, latencyOf, type Observed, observedOf } from './slo-values.ts';
import { samplesBeyond } from './spectrum.ts';

/** All measured steps as if they were one, for rules that are about the whole run. */
export type WholeRun = JudgedStep;

/**
 * One outcome for each rule and each step it is about, in the order of the rules; a rule that meets no step is `no-data`. Rules about the
 * whole run have one where that is given, else none. A step that is not measured is judged where a rule that may end the run names it.
 */
export function judgeSlo(rules: readonly SloRule[], steps: readonly StepResult[], whole?: WholeRun): SloOutcome[] {
  return rules.filter(isStepRule).flatMap((rule): SloOutcome[] => {
    if (rule.over === 'run') return whole ? [judge(rule, whole, undefined)] : [];
    const named = namedSteps(rule);
    const own = steps.filter(
      ({ kind, name }) => isAbout(rule, name) && (kind === 'measure' || (rule.abort && named.includes(name))),
    );
    const absent = named.filter((name) => !own.some((step) => step.name === name));
    if (own.length === 0 && named.length === 0) return [notMeasured(rule, undefined)];
    return [...own.map((step) => judge(rule, step, step.name)), ...absent.map((name) => notMeasured(rule, name))];
  });
}

function notMeasured({ text }: StepRule, step: string | undefined): SloOutcome {
  return { rule: text, step, observed: 'the step was not measured', outcome: 'no-data' };
}

/** What came of one rule on one step. */
export function judge(rule: StepRule, step: JudgedStep, name: string | undefined): SloOutcome {
  const latency = isLatency(rule.metric) ? latencyOf(rule, step) : undefined;
  const outcome = (observed: string, result: SloOutcome['outcome'], seen?: Observed) => ({
    rule: rule.text,
    step: name,
    observed,
    outcome: result,
    ...(seen ? { value: seen.value, unit: seen.unit, arrivals: seen.arrivals } : {}),
    ...(seen?.least === undefined ? {} : { least: seen.least }),
  });
  const answered = latency?.count ?? 0;
  const needed = answersNeeded(rule);
  if (isLatency(rule.metric) && answered < needed) {
    return outcome(tooFew(answered, needed), answered === 0 ? 'no-data' : 'cannot-tell');
  }
  const seen = observedOf(rule, step);
  if (seen === undefined || seen.arrivals === 0) return outcome('no arrival that it is about', 'no-data');
  const { value: most, least = most } = seen;
  const ownUs = isLatency(rule.metric) ? ownErrorUsOf(rule, step, least) : 0;
  const isKept = holdsAt(most, rule);
  if (isKept === holdsAt(least - ownUs, rule)) return outcome(seen.text, isKept ? 'pass' : 'fail', seen);
  if (isKept !== holdsAt(least, rule)) return outcome(seen.text, 'cannot-tell', seen);
  return outcome(`${seen.text}, of it at most ${formatLatencyUs(ownUs)} the generator's own`, 'cannot-tell', seen);
}

/** What has no good answer takes longer than any bound. */
function holdsAt(value: number, rule: StepRule): boolean {
  return holds(rule.unit === undefined && value >= maxLatencyUs ? Number.POSITIVE_INFINITY : value, rule);
}

function tooFew(answered: number, needed: number): string {
  return `${formatCount(answered)} ${answered === 1 ? 'answer' : 'answers'}, ${formatCount(needed)} ${needed === 1 ? 'is' : 'are'} needed`;
}

/** How many answers a rule needs before it says anything. */
export function answersNeeded(rule: SloRule): number {
  const quantile = quantileOf(rule);
  return quantile === undefined ? 1 : Math.round(samplesBeyond / (1 - quantile));
}

/** The share of answers that a rule about a percentile wants within its bound; undefined for the others. */
export function quantileOf({ metric }: SloRule): number | undefined {
  return metric in quantiles ? quantiles[metric as keyof typeof quantiles] : undefined;
}

/** Whether a rule is of a latency. */
export function isLatency(metric: SloMetric): metric is StepMetric & keyof LatencySummary {
  return !['errors', 'dropped', 'resent', 'rps', 'recovery', 'converged'].includes(metric);
}

/** Whether a rule is of the response times that all users saw. */
export function isResponseRule(rule: SloRule): boolean {
  return isLatency(rule.metric) && isPlain(rule);
}

/**
 * Of a maximum and a mean there is no bound from quantiles: the echo's own are as good. What delays the reading of an answer delays its
 * first byte as well, and no single request more than all.
 */
function ownErrorUsOf({ metric, clock }: StepRule, { ownErrorUs, echoUs }: JudgedStep, valueUs: number): number {
  if (clock === 'lag' || !ownErrorUs || !echoUs || !isLatency(metric) || valueUs >= maxLatencyUs) return 0;
  return Math.min(metric === 'max' || metric === 'mean' ? echoUs[metric] : ownErrorUs[metric], valueUs);
}

/** Whether a value is as its rule wants it. */
export function holds(value: number, { comparison, bound }: Pick<SloRule, 'comparison' | 'bound'>): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '==':
      return value === bound;
  }
}
