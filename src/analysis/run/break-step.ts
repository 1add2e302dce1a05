/** Where a load broke what it was sent to: the first measured step that is not as the ones below it. */

import type { Series, StepResult } from '../../model/run-result.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { generatorTarget } from './generator-series.ts';
import { pointsOf } from './series-lookup.ts';
import { isLatency, isResponseRule, judgeSlo } from './slo.ts';
import { isInStep } from './step-time.ts';

/** By what a step broke. */
type BreakSign = 'throughput' | 'latency' | 'errors';

/** The first step that broke, by what, those before it, and the fastest of these; each undefined where there is none. */
export interface Break {
  readonly below: readonly StepResult[];
  readonly holds: StepResult | undefined;
  readonly breaks: StepResult | undefined;
  readonly sign: BreakSign | undefined;
}

const keepsUp = 0.97;
const failedShare = 0.01;
/** Three times the p99 is more than the noise of a busy machine, and less than any queue that grows. */
const kneeFactor = 3;
/** A level that was left, and not one pause: so many of the step's seconds are well above it. */
const secondsAbove = 1 / 3;
const wellAbove = 2;

/** What a user asked for, and what users saw second by second. */
export interface BreakContext {
  readonly steps: readonly StepResult[];
  readonly series: readonly Series[];
  readonly slo: readonly SloRule[];
}

/**
 * The break of a run's measured steps: by the user's own rules of latency where those can be judged, else by a p99 that is held against that
 * of the first step, whatever of it is the generator's own.
 */
export function breakOf(context: BreakContext): Break {
  const sign = signs(context);
  const { steps } = context;
  for (const [index, step] of steps.entries()) {
    const found = sign(step);
    const below = steps.slice(0, index);
    if (found) return { below, holds: fastest(below), breaks: step, sign: found };
  }
  return { below: steps, holds: fastest(steps), breaks: undefined, sign: undefined };
}

/** The names of all steps that broke, each by itself. */
export function brokenSteps(context: BreakContext): ReadonlySet<string> {
  return new Set(context.steps.filter(signs(context)).map(({ name }) => name));
}

function signs({ steps, series, slo }: BreakContext): (step: StepResult) => BreakSign | undefined {
  const p99s = pointsOf(series, generatorTarget, 'load.response_p99_us');
  return (step) => ruleSign(step, slo) ?? loadSign(step, steps[0]) ?? latencySign(step, steps[0], slo, p99s);
}

/** The step of the highest planned rate. */
export function fastest(steps: readonly StepResult[]): StepResult | undefined {
  return steps.toSorted((a, b) => b.load.plannedRps - a.load.plannedRps)[0];
}

function loadSign(step: StepResult, base: StepResult | undefined): BreakSign | undefined {
  const { load } = step;
  if (load.failed + load.timedOut + load.dropped > failedShare * load.planned) return 'errors';
  return fallsBehind(step, base) ? 'throughput' : undefined;
}

/**
 * Whether fewer answers came than arrivals fell due, beside those that are still under way at the end of a step because an answer takes
 * its time: rate times the response time of the first step and its pauses, by Little's law.
 */
export function fallsBehind({ load, durationUs }: StepResult, base: StepResult | undefined): boolean {
  const visitUs = base ? base.responseUs.p50 + (base.load.pausedUs ?? 0) : 0;
  const stillUnderWay = Math.min(1, visitUs / durationUs);
  return load.completedRps < (keepsUp - stillUnderWay) * load.plannedRps;
}

function ruleSign(step: StepResult, slo: readonly SloRule[]): BreakSign | undefined {
  const broken = slo.filter((rule) => judgeSlo([rule], [step]).some(({ outcome }) => outcome === 'fail'));
  if (broken.some(({ metric }) => metric === 'errors' || metric === 'dropped')) return 'errors';
  // Lag is of the generator, and breaks nothing but the run.
  return broken.some(({ metric, clock }) => isLatency(metric) && clock !== 'lag') ? 'latency' : undefined;
}

function latencySign(
  step: StepResult,
  base: StepResult | undefined,
  slo: readonly SloRule[],
  p99s: Series['points'],
): BreakSign | undefined {
  const judged = slo.some((rule) => isResponseRule(rule) && judgeSlo([rule], [step])[0]?.outcome === 'pass');
  return !judged && base && leavesLevel(step, base, p99s) ? 'latency' : undefined;
}

/** Whether the p99 of a step is far above that of the first one, in a good part of its seconds. */
export function leavesLevel(step: StepResult, base: StepResult, p99s: Series['points']): boolean {
  if (step === base || base.responseUs.count === 0) return false;
  if (step.responseUs.p99 - (step.ownErrorUs?.p99 ?? 0) <= kneeFactor * base.responseUs.p99) return false;
  const own = p99s.filter(([atUs]) => isInStep(step, atUs));
  const above = own.filter(([, p99]) => p99 > wellAbove * base.responseUs.p99);
  return above.length >= secondsAbove * own.length;
}
