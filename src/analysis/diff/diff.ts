/** Results of several runs to what is shown of them beside each other; no verdict, because they were not made in turns. */
import type { MetStep, RunDiff } from '../../model/run-diff.ts';
import type { RunResult, StepResult } from '../../model/run-result.ts';
import { commonClock, diffCharts } from './charts.ts';
import { environmentDifferences, scenarioDifferences } from './differences.ts';
import { meetSteps } from './met-steps.ts';

/** A run and where it lies. */
export interface NamedResult {
  readonly directory: string;
  readonly result: RunResult;
}

/** The runs beside each other, in the order in which they are given. */
export function diffRuns(named: readonly NamedResult[]): RunDiff {
  const results = named.map(({ result }) => result);
  const { meetings, alone } = meetSteps(results);
  const clock = commonClock(meetings);
  return {
    schemaVersion: 1,
    kind: 'diff',
    verdict: 'none',
    runs: named.map(({ directory, result }) => ({
      directory,
      id: result.id,
      startedAt: result.startedAt,
      scenario: result.scenario.name,
      ...(result.tags ? { tags: result.tags } : {}),
      status: result.status,
      validity: result.validity.verdict,
      reasons: result.validity.reasons.map(({ message, step }) =>
        step === undefined ? message : `${step}: ${message}`,
      ),
    })),
    steps: meetings.map(({ shape, steps }) => ({ shape, runs: steps.map((asked) => stepOf(asked?.step)) })),
    unmet: alone.map(({ run, asked }) => ({ run, step: asked.step.name, shape: asked.shape })),
    clock,
    charts: diffCharts(results, meetings, clock),
    environment: environmentDifferences(results),
    scenario: scenarioDifferences(results),
    notes: notesOf(results, meetings.length),
  };
}

/** With fewer answers, fewer than four lie beyond p99.9: it would be the luck of one or two. */
const leastForP999 = 4000;

function stepOf(step: StepResult | undefined): MetStep['runs'][number] {
  if (!step) return null;
  const { name, durationUs, load, responseUs, ownErrorUs, spectrum } = step;
  const known = responseUs.count > 0;
  const us = (value: number) => (known ? value : null);
  return {
    name,
    seconds: durationUs / 1e6,
    count: responseUs.count,
    completedRps: load.completedRps,
    lostShare: load.planned === 0 ? 0 : 1 - load.completed / load.planned,
    p50Us: us(responseUs.p50),
    p90Us: us(responseUs.p90),
    p99Us: us(responseUs.p99),
    p999Us: responseUs.count < leastForP999 ? null : responseUs.p999,
    maxUs: us(responseUs.max),
    ownErrorUs: ownErrorUs?.p99 ?? null,
    curve: (spectrum?.responseUs ?? []).map(([percentile, value]): [number, number] => [percentile, value]),
  };
}

function notesOf(results: readonly RunResult[], met: number): string[] {
  const names = new Set(results.map(({ scenario }) => scenario.name));
  return [
    ...(names.size > 1 ? [`the runs are of other scenarios: ${[...names].join(', ')}`] : []),
    ...(met === 0
      ? ['no measured step of one run asks for the same load as one of another, so only what was set is compared']
      : []),
  ];
}
