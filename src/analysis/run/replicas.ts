/** The replicas of each service, and what one of them has beside the others. */
import { groupBy } from '../../model/group-by.ts';
import type { RunResult, StepResult } from '../../model/run-result.ts';

/** A service with more than one replica. */
export interface Replicas {
  readonly service: string;
  readonly targets: readonly string[];
}

/** Services of which several run. */
export function replicasOf(targets: RunResult['environment']['targets']): Replicas[] {
  return [...groupBy(targets, ({ service }) => service)]
    .map(([service, same]) => ({ service, targets: same.map(({ id }) => id) }))
    .filter(({ targets: all }) => all.length > 1);
}

/** One replica's value, and the mean of the others. */
export interface OddOne {
  readonly target: string;
  readonly value: number;
  readonly others: number;
}

/** The replica furthest above the rest by the mean of a series in a step; undefined unless each of them has it. */
export function mostLoaded(step: StepResult, { targets }: Replicas, series: string): OddOne | undefined {
  const means = targets.map((target) => ({ target, value: step.targets[target]?.[series]?.mean }));
  const known = means.flatMap(({ target, value }) => (value === undefined ? [] : [{ target, value }]));
  if (known.length !== targets.length) return undefined;
  const [most, ...rest] = known.toSorted((a, b) => b.value - a.value);
  if (!most) return undefined;
  return { ...most, others: rest.reduce((sum, { value }) => sum + value, 0) / rest.length };
}
