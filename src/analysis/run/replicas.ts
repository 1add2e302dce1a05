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

/** What tells of a replica's share of the requests, best first: those it counted, bytes that came in, and the CPU that it took for them. */
const shareSeries = [
  {
    series: 'app.requests_per_second',
    unit: 'requests/s',
    words: ['gets', 'as many requests as'],
    leastValue: 5,
    leastFactor: 1.5,
  },
  {
    series: 'container.network_rx_kib_s',
    unit: 'KiB/s received',
    words: ['receives', 'as many bytes as'],
    leastValue: 8,
    leastFactor: 1.5,
  },
  {
    series: 'container.cpu_percent',
    unit: '% of a core',
    words: ['does', 'as much work as'],
    leastValue: 2.5,
    leastFactor: 2,
  },
] as const;

/** The replica with the most of what is known best of shares; undefined where nothing is. */
export function largestShare(
  step: StepResult,
  replicas: Replicas,
): { readonly odd: OddOne; readonly by: (typeof shareSeries)[number] } | undefined {
  for (const by of shareSeries) {
    const odd = mostLoaded(step, replicas, by.series);
    if (odd) return { odd, by };
  }
  return undefined;
}
