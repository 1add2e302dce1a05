/** Requests by measured step as rows of text, for the terminal and for Markdown. */
import type { RunResult } from '../../model/run-result.ts';
import { formatCount } from '../../model/units.ts';
import { msCell } from './number-format.ts';
import { stepName } from './step-columns.ts';

/** Heads and then rows, the first two columns text; empty where a result has only one request. Latencies are in milliseconds. */
export function requestTable({ steps }: RunResult): readonly (readonly string[])[] {
  const rows = steps
    .filter(({ kind }) => kind === 'measure')
    .flatMap((step) =>
      (step.requests ?? []).map(({ name, planned, completed, responseUs, serviceUs }) => [
        name,
        stepName(step),
        formatCount(planned),
        formatCount(planned - completed),
        msCell(responseUs, 'p50'),
        msCell(responseUs, 'p99'),
        msCell(serviceUs, 'p99'),
      ]),
    );
  return rows.length === 0 ? [] : [['request', 'step', 'planned', 'lost', 'p50', 'p99', 'svc p99'], ...rows];
}
