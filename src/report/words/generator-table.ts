/** Several generators as a table: who sent how much, and how far its lateness and its clock may matter. */
import type { GeneratorResult } from '../../model/generators.ts';
import type { RunResult } from '../../model/run-result.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';

type Column = readonly [head: string, cell: (generator: GeneratorResult) => string];

/** Those that the narrowest terminal has room for come first. */
const columns: readonly Column[] = [
  ['generator', ({ name, lost }) => (lost === undefined ? name : `${name} (lost)`)],
  ['arrivals', ({ planned }) => formatCount(planned)],
  ['lag p99', ({ lagP99Us }) => formatLatencyUs(lagP99Us)],
  ['own ≤', ({ ownErrorP99Us }) => latency(ownErrorP99Us)],
  ['clock ±', ({ uncertaintyUs }) => formatLatencyUs(uncertaintyUs)],
  ['start skew', ({ firstArrivalSkewUs }) => latency(firstArrivalSkewUs)],
  ['drift', ({ driftUs }) => latency(driftUs)],
  ['node', ({ node, sharesNodeWith = [] }) => (sharesNodeWith.length > 0 ? `${node} (shared)` : (node ?? '-'))],
  ['workers', ({ workers }) => String(workers)],
  ['CPUs', ({ cpuLimit, machine }) => String(cpuLimit ?? machine.cpus)],
  ['throttled', ({ throttledMs }) => (throttledMs === undefined ? '-' : `${throttledMs} ms`)],
];

/** The columns that a terminal shows. */
const fewColumns = 6;

/** Heads, then a row for each; empty where one machine sent the load alone. */
export function generatorTable({ generators = [] }: RunResult, isNarrow = false): string[][] {
  if (generators.length === 0) return [];
  const shown = isNarrow ? columns.slice(0, fewColumns) : columns;
  return [shown.map(([head]) => head), ...generators.map((each) => shown.map(([, cell]) => cell(each)))];
}

function latency(us: number | undefined): string {
  if (us === undefined) return '-';
  return us < 0 ? `-${formatLatencyUs(-us)}` : formatLatencyUs(us);
}
