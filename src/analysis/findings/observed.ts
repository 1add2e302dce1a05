/** Reading a statistic of a series out of the steps, and telling where it was worst. */
import type { StepResult } from '../../model/run-result.ts';
import type { Found } from './rule.ts';

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

/** Another statistic of the same step and target. */
export function valueIn(
  steps: readonly StepResult[],
  at: Pick<Observation, 'step' | 'target'>,
  series: string,
  stat: Stat,
): number | undefined {
  return steps.find((step) => step.name === at.step)?.targets[at.target]?.[series]?.[stat];
}

/** A finding with the worst of what was seen as its evidence; nothing when nothing was seen. */
export function worstOf(
  seen: readonly Observation[],
  about: Pick<Found, 'severity' | 'title' | 'advice'> & { readonly series: string },
  words: (at: Observation) => string,
): Found[] {
  if (seen.length === 0) return [];
  const worstFirst = [...seen].sort((a, b) => b.value - a.value);
  const { series, ...rest } = about;
  const targets = [...new Set(worstFirst.map(({ target }) => target))];
  return [
    {
      ...rest,
      evidence: worstFirst.slice(0, 4).map(words),
      steps: [...new Set(seen.map((at) => at.step))],
      targets,
      charts: targets.slice(0, 4).map((target) => ({ target, series })),
    },
  ];
}
