/** When each step really ran, from the load engine's messages. */
import type { LoadEnd, StepStart } from '../../model/load.ts';
import type { RawRun } from '../../model/raw-run.ts';
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

/**
 * Steps that began, in order, and the drain when there was one; a step cut short ends where its load ended, and an observation where its
 * user ended it.
 */
export function stepSpans(run: RawRun): StepSpan[] {
  const { steps, mode } = run.manifest.scenario.load;
  const starts = run.samples.filter((sample): sample is StepStart => sample.kind === 'step');
  const end = run.samples.find((sample): sample is LoadEnd => sample.kind === 'end');
  const lastUs = end?.lastDueUs ?? lastSampleUs(run);
  const spans = starts.flatMap((start, position): StepSpan[] => {
    const step: LoadStep | undefined = steps[start.step];
    if (!step) return [];
    const plannedEndUs = start.startUs + step.durationMs * 1000;
    const isLast = position === starts.length - 1;
    const endUs =
      mode === 'none'
        ? Math.max(lastUs, start.startUs)
        : isLast && run.outcome?.status !== 'complete'
          ? Math.min(plannedEndUs, Math.max(lastUs, start.startUs))
          : plannedEndUs;
    return [
      { index: start.step, name: step.name, kind: step.measure ? 'measure' : 'warmup', startUs: start.startUs, endUs },
    ];
  });
  const loadEndUs = spans.at(-1)?.endUs;
  if (end && loadEndUs !== undefined && end.drainedUs > loadEndUs + leastDrainUs) {
    spans.push({ index: -1, name: 'drain', kind: 'drain', startUs: loadEndUs, endUs: end.drainedUs });
  }
  return spans;
}

function lastSampleUs(run: RawRun): number {
  return run.samples.reduce((last, sample) => ('atUs' in sample ? Math.max(last, sample.atUs) : last), 0);
}
