/** When the steps of a run start and end. */
import type { LoadMessage } from '../../model/load.ts';
import type { LoadStep } from '../../model/scenario.ts';

const secondUs = 1_000_000;

/** Says which step runs, and emits the start of each once. */
export interface StepTimes {
  /** Start of each step. */
  readonly startsUs: readonly number[];
  /** End of the last step. */
  readonly endUs: number;
  /** Index of the step that runs at the last moment announced. */
  readonly current: number;
  /** When the next second of this step is over, or the step itself: no tick may cross the edge of a step. */
  tickAfter(nowUs: number): number;
  /** The last of those moments up to this one. */
  tickBefore(nowUs: number): number;
  /** Emits the starts of all steps up to this moment. */
  announce(nowUs: number): void;
}

/** When each step ends, microseconds after the first one's start. */
export function stepEndsUs(steps: readonly LoadStep[]): number[] {
  let endUs = 0;
  return steps.map(({ durationMs }) => {
    endUs += durationMs * 1000;
    return endUs;
  });
}

/** Steps that follow each other without a break from `startUs`. */
export function createStepTimes(
  steps: readonly LoadStep[],
  startUs: number,
  emit: (message: LoadMessage) => void,
): StepTimes {
  const startsUs: number[] = [];
  let endUs = startUs;
  for (const step of steps) {
    startsUs.push(endUs);
    endUs += step.durationMs * 1000;
  }
  const edges = [...startsUs, endUs];
  const tickBefore = (nowUs: number) => {
    const sinceUs = edges.findLast((edge) => edge <= nowUs) ?? startUs;
    return sinceUs + Math.floor((nowUs - sinceUs) / secondUs) * secondUs;
  };
  let next = 0;
  return {
    startsUs,
    endUs,
    get current() {
      return Math.max(next - 1, 0);
    },
    tickAfter(nowUs) {
      const nextEdgeUs = edges.find((edge) => edge > nowUs) ?? Number.POSITIVE_INFINITY;
      return Math.min(tickBefore(nowUs) + secondUs, nextEdgeUs);
    },
    tickBefore,
    announce(nowUs) {
      for (let at = startsUs[next]; at !== undefined && at <= nowUs; at = startsUs[next]) {
        emit({ kind: 'step', step: next, startUs: at });
        next++;
      }
    },
  };
}
