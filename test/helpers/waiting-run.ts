/** What rules look at, made of a few numbers for each step. */
import type { RunEvidence } from '../../src/analysis/findings/rule.ts';
import { looksOf } from '../../src/analysis/waits/looks.ts';
import { waitsOf } from '../../src/analysis/waits/wait-sites.ts';
import type { StepResult } from '../../src/model/run-result.ts';
import type { StackGroup, Stacks } from '../../src/model/sample.ts';
import { evidence } from './evidence.ts';
import { scenario } from './raw-run.ts';

const stepUs = 10_000_000;
const looksPerStep = 10;

/** One step: 10 s, ten looks at each target, all alike unless a look is a function of its number. */
interface MadeStep {
  readonly rps: number;
  /** Answers per second; as many as planned unless said. */
  readonly answered?: number;
  readonly responseMs: number;
  readonly p99Ms?: number;
  /** Replicas are named `service-1`. */
  readonly stacks: Readonly<Record<string, readonly StackGroup[] | ((look: number) => readonly StackGroup[])>>;
  readonly values?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The evidence of a run with these steps, named by their rates; the load goes to `entry`. */
export function madeEvidence(made: readonly MadeStep[], entry = 'front'): RunEvidence {
  const steps = made.map(stepOf);
  const stacks = made.flatMap((step, index) =>
    Object.entries(step.stacks).flatMap(([target, groups]) =>
      Array.from({ length: looksPerStep }, (_, look): Stacks => {
        const there = typeof groups === 'function' ? groups(look) : groups;
        const total = there.reduce((sum, { count }) => sum + count, 0);
        const atUs = index * stepUs + (look * stepUs) / looksPerStep + 1000;
        return { kind: 'stacks', atUs, target, total, groups: there };
      }),
    ),
  );
  const ids = [...new Set(stacks.map(({ target }) => target))];
  const targets = ids.map((id) => ({ id, service: id.replace(/-\d+$/, '') }));
  const looks = looksOf(stacks, targets);
  const run = {
    steps,
    series: [],
    stacks,
    looks,
    targets,
    scenario: { ...scenario, target: { service: entry, port: 80 } },
  };
  return evidence({ ...run, waits: waitsOf(run) });
}

function stepOf(
  { rps, answered = rps, responseMs, p99Ms = 2 * responseMs, values = {} }: MadeStep,
  index: number,
): StepResult {
  const us = responseMs * 1000;
  const p99 = p99Ms * 1000;
  const latency = { count: 10 * answered, mean: us, p50: us, p90: us, p95: us, p99, p999: p99, max: p99 };
  const planned = 10 * rps;
  const stats = (value: number) => ({ mean: value, min: value, max: value, last: value });
  const targets = Object.entries(values).map(([target, table]) => [
    target,
    Object.fromEntries(Object.entries(table).map(([name, value]) => [name, stats(value)])),
  ]);
  return {
    name: `at-${rps}`,
    kind: 'measure',
    startUs: index * stepUs,
    durationUs: stepUs,
    load: {
      plannedRps: rps,
      sentRps: rps,
      completedRps: answered,
      planned,
      completed: planned,
      failed: 0,
      timedOut: 0,
      dropped: 0,
      unfinished: 0,
    },
    responseUs: latency,
    serviceUs: latency,
    lagUs: { ...latency, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 },
    errors: {},
    targets: Object.fromEntries(targets),
    goroutines: [],
  };
}
