/** What a rule looks at in a step: the latencies of its clock and request, and arrivals that ended as it says. */
import { isOfClass } from '../../model/error-class.ts';
import type { LatencySummary } from '../../model/histogram.ts';
import type { OutcomeCounts } from '../../model/outcome-counts.ts';
import type { SloOutcome, StepResult } from '../../model/run-result.ts';
import type { StepRule } from '../../model/slo-rule.ts';
import type { RuledPercentiles } from '../../model/step-result.ts';
import { formatCount, formatLatencyUs, formatNumber, formatShare, maxLatencyUs } from '../../model/units.ts';
import { labelledKind } from './error-kinds.ts';
import { type PercentileRange, quantiles } from './lost-slowest.ts';

/** The part of a step that rules look at. */
export type JudgedStep = Pick<
  StepResult,
  | 'load'
  | 'responseUs'
  | 'serviceUs'
  | 'lagUs'
  | 'echoUs'
  | 'ownErrorUs'
  | 'ruledUs'
  | 'phases'
  | 'requests'
  | 'flows'
  | 'errors'
  | 'durationUs'
>;

/** What was seen, as a number in its unit and as text, and of how many arrivals. */
export interface Observed {
  readonly value: number;
  readonly unit: NonNullable<SloOutcome['unit']>;
  readonly text: string;
  readonly arrivals: number;
  /** Less than the value where all that is known of it is that it lies between the two. */
  readonly least?: number;
}

/** One in so many would see a share this small by chance. */
const doubt = 0.05;

/** What a rule is to be held against; undefined where nothing is known of it. */
export function observedOf(rule: StepRule, step: JudgedStep): Observed | undefined {
  const { metric } = rule;
  switch (metric) {
    case 'rps':
      return rateOf(rule, step);
    case 'errors':
    case 'dropped':
    case 'resent': {
      const counts = countsOf(rule, step);
      return counts && countedOf(rule, lostOf(rule, step, counts), settled(counts));
    }
    default: {
      const latency = latencyOf(rule, step);
      return latency && timeOf(rule, step, latency);
    }
  }
}

/** The latencies of a rule's clock and request; undefined where they are not known. */
export function latencyOf({ clock, request }: StepRule, step: JudgedStep): LatencySummary | undefined {
  if (request === undefined || !step.requests) {
    const all = { response: step.responseUs, service: step.serviceUs, lag: step.lagUs, ttfb: step.phases?.firstByteUs };
    return all[clock ?? 'response'];
  }
  const own = step.requests.find(({ name }) => name === request);
  const whole = own ?? step.flows?.find(({ name }) => name === request);
  return { response: whole?.responseUs, service: whole?.serviceUs, lag: undefined, ttfb: own?.firstByteUs }[
    clock ?? 'response'
  ];
}

/**
 * A time as a rule means it. In a percentile arrivals without a good answer are the slowest of all; a maximum and a mean are of the times
 * that were seen, failures and timeouts at theirs.
 */
function timeOf(rule: StepRule, step: JudgedStep, latency: LatencySummary): Observed {
  const metric = rule.metric as keyof LatencySummary;
  const seen = { unit: 'us' as const, arrivals: latency.count };
  const own = formatLatencyUs(latency[metric]);
  const counts = rule.clock === 'lag' || !isPercentile(metric) ? undefined : countsOf(rule, step);
  const lost = counts ? counts.failed + counts.timedOut + counts.dropped : 0;
  if (!counts || !isPercentile(metric) || lost === 0) return { ...seen, value: latency[metric], text: own };
  const of = settled(counts);
  const [least, most] = ruledRange(rule, step)?.[metric] ?? unknownRange(latency, metric, lost / of);
  const value = { ...seen, value: most, ...(least < most ? { least } : {}) };
  const lostText = `${formatCount(lost)} of ${formatCount(of)} arrivals`;
  if (least >= maxLatencyUs) return { ...value, text: `no good answer: ${lostText} had none` };
  const text = least < most ? `${formatLatencyUs(least)} to ${formatLatencyUs(most)}` : formatLatencyUs(most);
  return { ...value, text: text === own ? own : `${text}, with ${lostText} that had no good answer as the slowest` };
}

function isPercentile(metric: keyof LatencySummary): metric is keyof RuledPercentiles {
  return metric in quantiles;
}

/** Undefined in results of older versions. */
function ruledRange({ clock, request }: StepRule, step: JudgedStep): RuledPercentiles | undefined {
  const { requests, flows = [] } = step;
  const named =
    request === undefined || !requests ? step : [...requests, ...flows].find(({ name }) => name === request);
  const key = clock === 'ttfb' ? 'firstByte' : clock === 'service' ? 'service' : 'response';
  return named?.ruledUs?.[key];
}

/** Of a summary only that the failures may have been the fastest in it. */
function unknownRange(latency: LatencySummary, metric: keyof RuledPercentiles, lostShare: number): PercentileRange {
  const isLost = lostShare > (1 - quantiles[metric]) * (1 + 1e-12);
  return isLost ? [maxLatencyUs, maxLatencyUs] : [latency[metric], latency.max];
}

/** What became of the arrivals that a rule is about: all, or those of its request or flow; a step without requests has only the one. */
function countsOf({ request }: StepRule, { load, requests, flows = [] }: JudgedStep): OutcomeCounts | undefined {
  return request === undefined || !requests ? load : [...requests, ...flows].find(({ name }) => name === request);
}

/** Arrivals of which it is known how they ended: what a run that was cut off left unfinished is nobody's failure. */
function settled({ planned, unfinished }: OutcomeCounts): number {
  return planned - unfinished;
}

/** How many arrivals ended as a rule says. */
function lostOf({ metric, kind, request }: StepRule, step: JudgedStep, counts: OutcomeCounts): number {
  if (metric === 'dropped') return counts.dropped;
  if (metric === 'resent') return step.load.resent ?? 0;
  if (kind === undefined) return counts.failed + counts.timedOut + counts.dropped;
  const names = (step.requests ?? []).map(({ name }) => name);
  const failed = Object.entries(step.errors).reduce((sum, [text, count]) => {
    const error = labelledKind(text, names);
    const isOfFlow = error.request?.startsWith(`${request}/`) === true;
    const isOwn = request === undefined || !step.requests || error.request === request || isOfFlow;
    return isOwn && isOfClass(error.kind, kind) ? sum + count : sum;
  }, 0);
  return failed + (kind === 'timeout' ? counts.timedOut : 0);
}

function countedOf({ unit }: StepRule, count: number, arrivals: number): Observed {
  const share = arrivals === 0 ? 0 : count / arrivals;
  const text =
    count === 0 ? noneOf(arrivals) : `${formatCount(count)} of ${formatCount(arrivals)} (${formatShare(share)})`;
  return unit === 'count' ? { value: count, unit, text, arrivals } : { value: share, unit: 'share', text, arrivals };
}

/** None among so many: with 95 % confidence their share is below 1 - 0.05^(1/n), which is 3/n where n is not small. */
function noneOf(arrivals: number): string {
  if (arrivals === 0) return 'none';
  return `none of ${formatCount(arrivals)}, so under ${formatShare(1 - doubt ** (1 / arrivals))}`;
}

function rateOf(rule: StepRule, step: JudgedStep): Observed | undefined {
  const counts = countsOf(rule, step);
  if (!counts) return undefined;
  const isOfStep = counts === step.load;
  const value = isOfStep
    ? step.load.completedRps
    : Math.round((counts.completed * 1e7) / Math.max(1, step.durationUs)) / 10;
  return { value, unit: 'rps', text: `${formatNumber(value)}/s`, arrivals: counts.planned };
}
