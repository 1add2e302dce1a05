/** Reading a statistic of a series out of the steps. */
import type { StepResult } from '../../model/run-result.ts';

type Stat = 'mean' | 'max' | 'last';

/** One value of one series in one step, of one target. */
export interface Observation {
  readonly step: string;
  readonly target: string;
  readonly value: number;
}

/** A statistic of a series in every step and of every target that has it. */
export function observe(steps: readonly StepResult[], series: string, stat: Stat): Observation[] {
  return steps.flatMap((step) =>
    Object.entries(step.targets).flatMap(([target, table]) => {
      const value = table[series]?.[stat];
      return value === undefined ? [] : [{ step: step.name, target, value }];
    }),
  );
}
