/** Columns of the table of steps as text, for the terminal and for Markdown. */
import type { RunResult, StepResult } from '../../model/run-result.ts';
import { formatCount } from '../../model/units.ts';
import { errorsText, msCell, noValue, ownCell, rpsCell } from './number-format.ts';

/** One column; `need` says what goes first when there is too little room: 0 never goes, higher goes sooner. */
export interface Column {
  readonly head: string;
  readonly need: number;
  readonly right: boolean;
  readonly cell: (step: StepResult) => string;
}

/** The columns worth showing for a result: what was never lost or sent again has none. Latencies are in milliseconds. */
export function stepColumns({ steps, scenario, endedEarly }: RunResult): readonly Column[] {
  const isClosed = scenario.load?.mode === 'closed';
  const right = (head: string, need: number, cell: Column['cell']): Column => ({ head, need, right: true, cell });
  const loss = (head: string, key: 'failed' | 'timedOut' | 'dropped' | 'unfinished' | 'resent') =>
    steps.some((step) => (step.load[key] ?? 0) > 0) ? [right(head, 0, (step) => formatCount(step.load[key] ?? 0))] : [];
  const phase = (head: string, key: keyof NonNullable<StepResult['phases']>) =>
    steps.some(({ phases }) => phases && phases[key].count > 0)
      ? [right(head, 8, ({ phases }) => (phases ? msCell(phases[key], 'p99') : noValue))]
      : [];
  return [
    {
      head: 'step',
      need: 0,
      right: false,
      cell: (step) => `${stepName(step)}${step.name === endedEarly?.step ? ' (ended)' : ''}`,
    },
    // In a closed loop nothing is planned: what it sends is what was answered.
    ...(isClosed ? [] : [right('planned/s', 0, (step) => rpsCell(step.load.plannedRps))]),
    right('sent/s', isClosed ? 0 : 6, (step) => rpsCell(step.load.sentRps)),
    right('done/s', 0, (step) => rpsCell(step.load.completedRps)),
    ...loss('failed', 'failed'),
    ...loss('timeout', 'timedOut'),
    ...loss('dropped', 'dropped'),
    ...loss('unfin.', 'unfinished'),
    ...loss('resent', 'resent'),
    right('p50', 2, (step) => msCell(step.responseUs, 'p50')),
    right('p90', 5, (step) => msCell(step.responseUs, 'p90')),
    right('p99', 0, (step) => msCell(step.responseUs, 'p99')),
    ...(steps.some(({ ownErrorUs }) => ownErrorUs) ? [right('own ≤', 1, (step) => ownCell(step))] : []),
    right('p99.9', 7, (step) => msCell(step.responseUs, 'p999')),
    right('max', 4, (step) => msCell(step.responseUs, 'max')),
    right('svc p99', 1, (step) => msCell(step.serviceUs, 'p99')),
    right('lag p99', 3, (step) => msCell(step.lagUs, 'p99')),
    ...phase('1st byte p99', 'firstByteUs'),
    ...phase('connect p99', 'connectUs'),
    ...phase('tls p99', 'tlsUs'),
    ...(steps.some((step) => Object.keys(step.errors).length > 0)
      ? [{ head: 'errors', need: 9, right: false, cell: (step: StepResult) => errorsText(step.errors) }]
      : []),
  ];
}

/** The name of a step, with its kind where it would be taken for another. */
export function stepName({ name, kind }: StepResult): string {
  return kind === 'drain' && name !== 'drain' ? `${name} (drain)` : name;
}
