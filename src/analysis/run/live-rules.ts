/** Rules that may end a run, judged while it goes on: each second, on what is known by then, and broken only beyond chance. */
import type { Histogram } from 'hdr-histogram-js';
import { addHistogram, newHistogram, summarise } from '../../model/histogram.ts';
import type { FlowWindow, LoadMessage, LoadTick, LoadWindow, RequestWindow } from '../../model/load.ts';
import type { RuleEnd } from '../../model/raw-run.ts';
import type { LoadStep, Scenario } from '../../model/scenario.ts';
import { isAbout, isStepRule, namedSteps, type StepRule } from '../../model/slo-rule.ts';
import { errorAtLook, errorsOf, isMeanBeyond, isShareBeyond } from '../statistics/surely-beyond.ts';
import { type Answers, beyond, ruledPercentiles } from './lost-slowest.ts';
import { ownErrorOf } from './own-error.ts';
import { holds, isLatency, judge, quantileOf } from './slo.ts';
import { type JudgedStep, observedOf } from './slo-values.ts';
import { sharedOut } from './step-load.ts';
import { requestsEach } from './step-parts.ts';
import type { StepSpan } from './step-spans.ts';

/** Is told everything of the load, in order; says once which rule is broken. */
export type LiveRules = (message: LoadMessage) => RuleEnd | undefined;

/** Of a mean of few answers the deviation is not known either. */
const leastForMean = 30;

/** Undefined where no rule may end the run. */
export function createLiveRules({ load, slo }: Pick<Scenario, 'load' | 'slo'>): LiveRules | undefined {
  const rules = slo.filter(isStepRule).filter(({ abort }) => abort !== undefined);
  if (rules.length === 0) return undefined;
  const parts = partsOf(rules, load.steps);
  const ticks: LoadTick[] = [];
  let looks = 0;
  return (message) => {
    if (message.kind === 'window') for (const part of parts) take(part, message);
    if (message.kind === 'step') for (const part of parts) begin(part, message.step, message.startUs);
    if (message.kind !== 'tick') return undefined;
    ticks.push(message);
    looks++;
    const chance = errorAtLook(looks) / parts.length;
    const broken = parts.find((part) => isBroken(part, { ticks, atUs: message.atUs, chance }));
    if (!broken) return undefined;
    const { rule, name } = broken;
    return {
      rule: rule.text,
      ...(name === undefined ? {} : { brokenIn: name }),
      atUs: message.atUs,
      observed: judge(rule, seenIn(broken, ticks, message.atUs), name).observed,
    };
  };
}

/** One rule on one step, or on all measured ones, and what has become of the arrivals due there. */
interface Part {
  readonly rule: StepRule;
  /** Undefined: all measured steps. */
  readonly name: string | undefined;
  readonly steps: readonly { readonly index: number; readonly step: LoadStep }[];
  readonly spans: StepSpan[];
  readonly counts: {
    planned: number;
    completed: number;
    failed: number;
    timedOut: number;
    dropped: number;
    resent: number;
  };
  readonly errors: Record<string, number>;
  /** Of the names of all requests, by which failures are told apart. */
  readonly names: Set<string>;
  /** Of an arrival, at most so far. */
  requestsEach: number;
  /** What the rule looks at, and what the generator's own part is made from. */
  readonly latency: Histogram;
  /** Of response times, those of arrivals without a good answer. */
  readonly lost: Histogram;
  readonly response: Histogram;
  readonly lag: Histogram;
}

function partsOf(rules: readonly StepRule[], all: readonly LoadStep[]): Part[] {
  const steps = all.map((step, index) => ({ step, index }));
  return rules.flatMap((rule) => {
    if (rule.over === 'run')
      return [
        partOf(
          rule,
          undefined,
          steps.filter(({ step }) => step.measure),
        ),
      ];
    const named = namedSteps(rule);
    return steps
      .filter(({ step: { name, measure } }) => isAbout(rule, name) && (measure || named.includes(name)))
      .map((own) => partOf(rule, own.step.name, [own]));
  });
}

function partOf(rule: StepRule, name: string | undefined, steps: Part['steps']): Part {
  return {
    ...{ rule, name, steps, spans: [], errors: {}, names: new Set<string>(), requestsEach: 1 },
    counts: { planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, resent: 0 },
    ...{ latency: newHistogram(), lost: newHistogram(), response: newHistogram(), lag: newHistogram() },
  };
}

function begin(part: Part, index: number, startUs: number): void {
  const own = part.steps.find((each) => each.index === index);
  if (!own) return;
  const { name, measure, durationMs } = own.step;
  const kind = measure ? 'measure' : 'warmup';
  part.spans.push({ index, name, kind, startUs, endUs: startUs + durationMs * 1000 });
}

function take(part: Part, window: LoadWindow): void {
  if (!part.steps.some(({ index }) => index === window.step)) return;
  const { rule, counts, errors } = part;
  const named = [...(window.requests ?? []), ...(window.flows ?? [])];
  const request = named.find(({ name }) => name === rule.request);
  for (const { name } of named) part.names.add(name);
  part.requestsEach = Math.max(part.requestsEach, requestsEach([window]));
  const own = rule.request !== undefined && window.requests ? request : window;
  if (own) {
    counts.completed += own.completed;
    counts.failed += own.failed;
    counts.timedOut += own.timedOut;
    counts.dropped += own.dropped;
  }
  counts.resent += window.resent ?? 0;
  for (const [kind, count] of Object.entries(window.errors)) errors[kind] = (errors[kind] ?? 0) + count;
  const latency = isLatency(rule.metric) ? latencyText(rule, window, own) : undefined;
  if (latency !== undefined) addHistogram(part.latency, latency);
  if (rule.clock === undefined && own?.lost !== undefined) addHistogram(part.lost, own.lost);
  addHistogram(part.response, window.response);
  addHistogram(part.lag, window.lag);
}

function latencyText(
  { clock }: StepRule,
  window: LoadWindow,
  own: LoadWindow | RequestWindow | FlowWindow | undefined,
): string | undefined {
  if (!own) return undefined;
  const isWhole = 'kind' in own;
  const firstByte = isWhole ? own.phases?.firstByte : 'firstByte' in own ? own.firstByte : undefined;
  return { response: own.response, service: own.service, lag: window.lag, ttfb: firstByte }[clock ?? 'response'];
}

/** Everything that is known when a second is over. */
interface LookedAt {
  readonly ticks: readonly LoadTick[];
  readonly atUs: number;
  readonly chance: number;
}

/** Broken beyond chance, and by more than what may be the generator's own; not before its rule may end anything. */
function isBroken(part: Part, look: LookedAt): boolean {
  const { rule, spans } = part;
  const startUs = spans[0]?.startUs;
  if (startUs === undefined || look.atUs - startUs < (rule.abort?.afterMs ?? 0) * 1000) return false;
  return isSurelyBroken(part, look) && judge(rule, seenIn(part, look.ticks, look.atUs), part.name).outcome === 'fail';
}

function isSurelyBroken(part: Part, look: LookedAt): boolean {
  const { rule } = part;
  if (isLatency(rule.metric)) return isLatencyBroken(part, look.chance);
  return rule.metric === 'rps' ? isRateBroken(part, look) : isCountBroken(part, look);
}

function isLatencyBroken(part: Part, chance: number): boolean {
  const { rule, latency } = part;
  const { metric, comparison, bound } = rule;
  const isMost = comparison.startsWith('<');
  if (metric === 'max') return isMost && latency.maxValue > bound;
  if (metric === 'mean') {
    const of = latency.totalCount;
    const seen = { mean: latency.mean, deviation: latency.stdDeviation, of, limit: bound };
    return of >= leastForMean && isMeanBeyond(seen, isMost ? 'above' : 'below', chance);
  }
  const quantile = quantileOf(rule);
  if (quantile === undefined) return false;
  const { least, most, of } = beyond(answersOf(part), bound);
  return isShareBeyond({ seen: isMost ? least : most, of, limit: 1 - quantile }, isMost ? 'above' : 'below', chance);
}

/** Lag is of every arrival, whatever became of it. */
function answersOf({ rule, counts, latency, lost }: Part): Answers {
  const { completed, failed, timedOut, dropped } = counts;
  if (rule.clock === 'lag') return { all: latency, completed: latency.totalCount, without: 0, late: 0 };
  const isResponse = rule.clock === undefined;
  return { all: latency, lost, completed, without: failed + timedOut + dropped, late: isResponse ? timedOut : 0 };
}

/** A number of arrivals only grows: it is broken for good as soon as it is too large, and never too small before the end. */
function isCountBroken(part: Part, { ticks, atUs, chance }: LookedAt): boolean {
  const { rule } = part;
  const isMost = !rule.comparison.startsWith('>');
  const seen = observedOf(rule, seenIn(part, ticks, atUs));
  if (!seen) return false;
  if (rule.unit === 'count')
    return isMost && (rule.comparison === '==' ? seen.value > rule.bound : !holds(seen.value, rule));
  const share = { seen: Math.round(seen.value * seen.arrivals), of: seen.arrivals, limit: rule.bound };
  return isShareBeyond(share, isMost ? 'above' : 'below', chance);
}

/**
 * Only where a step has one rate: of a ramp nobody knows before its end what it comes to. What is still under way because an answer takes
 * its time (the median so far) is taken for answered.
 */
function isRateBroken(part: Part, { ticks, atUs, chance }: LookedAt): boolean {
  const { rule, spans, steps, response } = part;
  const [span] = spans;
  const kind = steps[0]?.step.shape.kind;
  if (!span || steps.length > 1 || !(kind === 'constant' || kind === 'closed')) return false;
  const endUs = Math.min(atUs, span.endUs);
  const elapsed = (endUs - span.startUs) / 1e6;
  const answered =
    rule.request === undefined
      ? sharedOut({ ...span, endUs }, ticks, ({ completed }) => completed)
      : part.counts.completed;
  const wanted = rule.bound * elapsed;
  const byChance = errorsOf(chance) * Math.sqrt(wanted) + 1;
  if (!rule.comparison.startsWith('>')) return answered > wanted + byChance;
  const underWay = (rule.bound * response.getValueAtPercentile(50)) / 1e6;
  return answered + underWay + byChance < wanted;
}

/** The step so far, as the rule is judged on it when the run is over; arrivals without an outcome yet are not of it. */
function seenIn(part: Part, ticks: readonly LoadTick[], atUs: number): JudgedStep {
  const { rule, counts, errors, names, latency, response, lag } = part;
  const spans = part.spans.map((span) => ({ ...span, endUs: Math.min(span.endUs, atUs) }));
  const durationUs = spans.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0);
  const { completed, failed, timedOut, dropped } = counts;
  const planned = completed + failed + timedOut + dropped;
  const outcomes = { planned, completed, failed, timedOut, dropped, unfinished: 0 };
  const ticked = spans.reduce((sum, span) => sum + sharedOut(span, ticks, (tick) => tick.completed), 0);
  const rps = (answers: number) => (durationUs > 0 ? Math.round((answers * 1e7) / durationUs) / 10 : 0);
  const seen = summarise(latency);
  const ruled = failed + timedOut + dropped > 0 ? ruledPercentiles(answersOf(part)) : undefined;
  const own = {
    ...{ responseUs: seen, serviceUs: seen, firstByteUs: seen },
    ...(ruled ? { ruledUs: { response: ruled, service: ruled, firstByte: ruled } } : {}),
  };
  return {
    ...{ durationUs, errors, lagUs: seen, ...own },
    load: {
      plannedRps: rps(planned),
      sentRps: rps(planned),
      completedRps: rps(ticked),
      ...outcomes,
      resent: counts.resent,
    },
    phases: { connectUs: seen, tlsUs: seen, firstByteUs: seen },
    ...(names.size > 0 ? { requests: [...names].map((name) => ({ name, ...outcomes, ...own })) } : {}),
    ...(isLatency(rule.metric) ? ownErrorOf(spans, ticks, response, lag, part.requestsEach) : {}),
  };
}
