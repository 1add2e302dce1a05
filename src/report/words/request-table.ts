/** Flows and requests by measured step as rows of text, for the terminal and for Markdown. */
import type { RunResult, StepResult } from '../../model/run-result.ts';
import { formatCount } from '../../model/units.ts';
import { msCell } from './number-format.ts';
import { stepName } from './step-columns.ts';

/** Heads and then rows, the first two columns text; empty where a result has only one request. Latencies are in milliseconds. */
export function requestTable({ steps }: RunResult): readonly (readonly string[])[] {
  const measured = steps.filter(({ kind }) => kind === 'measure');
  const rows = measured.flatMap((step) => (step.requests ?? []).map((request) => rowOf(step, request)));
  const flows = measured.flatMap((step) => (step.flows ?? []).map((flow) => rowOf(step, flow)));
  if (rows.length === 0) return [];
  const title = flows.length > 0 ? 'flow or request' : 'request';
  return [[title, 'step', 'planned', 'lost', 'p50', 'p99', 'svc p99'], ...flows, ...rows];
}

type Row = NonNullable<StepResult['flows']>[number];

function rowOf(step: StepResult, { name, planned, completed, responseUs, serviceUs }: Row): readonly string[] {
  return [
    name,
    stepName(step),
    formatCount(planned),
    formatCount(planned - completed),
    msCell(responseUs, 'p50'),
    msCell(responseUs, 'p99'),
    msCell(serviceUs, 'p99'),
  ];
}
