/** Where a load broke what it was sent to: the first measured step that is not as the ones below it. */
import type { Series, StepResult } from '../../model/run-result.ts';
import { generatorTarget } from './generator-series.ts';

/** By what a step broke. */
type BreakSign = 'throughput' | 'latency' | 'errors';

/** The first step that broke, by what, and the fastest of those before it; each undefined where there is none. */
export interface Break {
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

/** The break of a run's measured steps; a p99 is held against that of the first step, whatever of it is the generator's own. */
export function breakOf(steps: readonly StepResult[], series: readonly Series[]): Break {
  const p99s = series.find(({ name, target }) => name === 'load.response_p99_us' && target === generatorTarget);
  for (const [index, step] of steps.entries()) {
    const sign = signOf(step, steps[0], p99s?.points ?? []);
    if (sign) return { holds: fastest(steps.slice(0, index)), breaks: step, sign };
  }
  return { holds: fastest(steps), breaks: undefined, sign: undefined };
}

/** The names of all steps that broke, each by itself. */
export function brokenSteps(steps: readonly StepResult[], series: readonly Series[]): ReadonlySet<string> {
  const p99s = series.find(({ name, target }) => name === 'load.response_p99_us' && target === generatorTarget);
  return new Set(steps.filter((step) => signOf(step, steps[0], p99s?.points ?? [])).map(({ name }) => name));
}

function fastest(steps: readonly StepResult[]): StepResult | undefined {
  return steps.toSorted((a, b) => b.load.plannedRps - a.load.plannedRps)[0];
}

function signOf(step: StepResult, base: StepResult | undefined, p99s: Series['points']): BreakSign | undefined {
  const { load } = step;
  if (load.failed + load.timedOut + load.dropped > failedShare * load.planned) return 'errors';
  if (load.completedRps < keepsUp * load.plannedRps) return 'throughput';
  return base && leavesLevel(step, base, p99s) ? 'latency' : undefined;
}

/** Whether the p99 of a step is far above that of the first one, in a good part of its seconds. */
export function leavesLevel(step: StepResult, base: StepResult, p99s: Series['points']): boolean {
  if (step === base || base.responseUs.count === 0) return false;
  if (step.responseUs.p99 - (step.ownErrorUs?.p99 ?? 0) <= kneeFactor * base.responseUs.p99) return false;
  const own = p99s.filter(([atUs]) => atUs >= step.startUs && atUs < step.startUs + step.durationUs);
  const above = own.filter(([, p99]) => p99 > wellAbove * base.responseUs.p99);
  return above.length >= secondsAbove * own.length;
}
