/** Which steps of a result answer the reader's first questions; chosen from the result, never computed. */
import type { RunResult, StepResult } from '../../model/run-result.ts';

/** Findings that say a step is beyond what the service can take. */
const limits: readonly string[] = ['throughput-ceiling', 'latency-knee', 'response-leaves-service'];

/** The steps worth naming first; undefined where the result has none. */
export interface AnswerSteps {
  readonly first: StepResult | undefined;
  readonly last: StepResult | undefined;
  /** The measured step with most answers per second that no finding about a limit names. */
  readonly held: StepResult | undefined;
  /** Whether any finding about a limit names a step. */
  readonly limitFound: boolean;
  /** The measured step with the greatest dispatch lag p99. */
  readonly latest: StepResult | undefined;
  /** The measured step with most arrivals that have no good answer of a single kind. */
  readonly worst: StepResult | undefined;
}

/** Measured steps: what the run is about. */
export function measuredSteps(result: RunResult): readonly StepResult[] {
  return result.steps.filter((step) => step.kind === 'measure');
}

/** Picks them. */
export function answerSteps(result: RunResult): AnswerSteps {
  const measured = measuredSteps(result);
  const beyond = new Set(result.findings.filter(({ id }) => limits.includes(id)).flatMap(({ steps }) => steps));
  const lost = ({ load }: StepResult) => Math.max(load.failed, load.timedOut, load.dropped, load.unfinished);
  return {
    first: measured[0],
    last: measured.length > 1 ? measured.at(-1) : undefined,
    held: greatest(
      measured.filter(({ name }) => !beyond.has(name)),
      ({ load }) => load.completedRps,
    ),
    limitFound: beyond.size > 0,
    latest: greatest(measured, ({ lagUs }) => (lagUs.count === 0 ? -1 : lagUs.p99)),
    worst: greatest(measured, lost),
  };
}

function greatest(steps: readonly StepResult[], of: (step: StepResult) => number): StepResult | undefined {
  return steps.reduce<StepResult | undefined>(
    (best, step) => (best === undefined || of(step) > of(best) ? step : best),
    undefined,
  );
}

/** `412 failed, 3 timed out` of one step; empty when every planned arrival completed. */
export function lostText({ load }: StepResult): string {
  const parts: readonly (readonly [number, string])[] = [
    [load.failed, 'failed'],
    [load.timedOut, 'timed out'],
    [load.dropped, 'dropped'],
    [load.unfinished, 'unfinished'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count.toLocaleString('en-US')} ${word}`)
    .join(', ');
}
