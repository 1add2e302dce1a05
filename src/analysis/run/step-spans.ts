/** When each step really ran, from the load engine's messages. */
import type { LoadEnd, StepStart } from '../../model/load.ts';
import { isObservation, observedStep, type RawRun } from '../../model/raw-run.ts';
import type { LoadStep } from '../../model/scenario.ts';

/** One step on the run's clock; `index` points into the scenario's steps, -1 is the drain. */
export interface StepSpan {
  readonly index: number;
  readonly name: string;
  readonly kind: 'warmup' | 'measure' | 'drain';
  readonly startUs: number;
  readonly endUs: number;
}

/** The last answers take a moment in every run; only a backlog that takes longer is worth a step of its own. */
const leastDrainUs = 1_000_000;

/** Steps that began, in order, and the drain when there was one; of an observation one, which ends where its user ended it. */
export function stepSpans(run: RawRun): StepSpan[] {
  const { scenario } = run.manifest;
  const starts = run.samples.filter((sample): sample is StepStart => sample.kind === 'step');
  const end = run.samples.find((sample): sample is LoadEnd => sample.kind === 'end');
  const lastUs = end?.lastDueUs ?? lastSampleUs(run);
  if (isObservation(scenario)) return starts.map((start) => observedSpan(start, lastUs));
  const spans = starts.flatMap((start, position): StepSpan[] => {
    const step = scenario.load.steps[start.step];
    if (!step) return [];
    const wasCutShort = position === starts.length - 1 && run.outcome?.status !== 'complete';
    return [stepSpan(start, step, wasCutShort ? lastUs : Number.POSITIVE_INFINITY)];
  });
  const loadEndUs = spans.at(-1)?.endUs;
  if (end && loadEndUs !== undefined && end.drainedUs > loadEndUs + leastDrainUs) {
    spans.push({ index: -1, name: 'drain', kind: 'drain', startUs: loadEndUs, endUs: end.drainedUs });
  }
  return spans;
}

function observedSpan({ step, startUs }: StepStart, lastUs: number): StepSpan {
  return { index: step, name: observedStep, kind: 'measure', startUs, endUs: Math.max(lastUs, startUs) };
}

/** As long as it was planned, or until its load was cut short. */
function stepSpan(
  { step: index, startUs }: StepStart,
  { name, measure, durationMs }: LoadStep,
  cutUs: number,
): StepSpan {
  const endUs = Math.min(startUs + durationMs * 1000, Math.max(cutUs, startUs));
  return { index, name, kind: measure ? 'measure' : 'warmup', startUs, endUs };
}

function lastSampleUs(run: RawRun): number {
  return run.samples.reduce((last, sample) => ('atUs' in sample ? Math.max(last, sample.atUs) : last), 0);
}
