/** What an observation saw of each target, as rows of text, for every report. */
import type { RunResult, StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { noValue } from './number-format.ts';

/** A statistic of a series, divided by `per` where its unit is a smaller one than that of the column. */
interface Source {
  readonly series: string;
  readonly stat: 'mean' | 'max';
  readonly per?: number;
}

const mib = 1024 ** 2;

/** Columns with the series that can fill them, best first. */
const columns: readonly (readonly [head: string, sources: readonly Source[]])[] = [
  [
    'CPU %',
    [
      { series: 'container.cpu_percent', stat: 'mean' },
      { series: 'go.process_cpu_percent', stat: 'mean' },
    ],
  ],
  [
    'CPU max',
    [
      { series: 'container.cpu_percent', stat: 'max' },
      { series: 'go.process_cpu_percent', stat: 'max' },
    ],
  ],
  [
    'mem MiB',
    [
      { series: 'container.memory_mib', stat: 'max' },
      { series: 'go.resident_memory_bytes', stat: 'max', per: mib },
    ],
  ],
  [
    'goroutines',
    [
      { series: 'goroutines.total', stat: 'mean' },
      { series: 'go.goroutines', stat: 'mean' },
    ],
  ],
  [
    'max',
    [
      { series: 'goroutines.total', stat: 'max' },
      { series: 'go.goroutines', stat: 'max' },
    ],
  ],
  ['run queue', [{ series: 'sched.runqueue', stat: 'mean' }]],
  ['idle Ps', [{ series: 'sched.idleprocs', stat: 'mean' }]],
  [
    'heap MiB',
    [
      { series: 'go.heap_live_bytes', stat: 'max', per: mib },
      { series: 'gc.heap_live_mib', stat: 'max' },
    ],
  ],
  ['GC pause ms', [{ series: 'gc.pause_ms', stat: 'max' }]],
  ['GC/s', [{ series: 'go.gc_cycles_per_second', stat: 'mean' }]],
];

/** What the columns hold, for under the table. */
export const observedNote = 'means over the span; greatest values of memory, heap, GC pause and where it says max';

/** Heads and then one row for each target, the first column text; columns that no target fills are left out. Empty without a span. */
export function observedTable(result: RunResult): readonly (readonly string[])[] {
  const span = result.steps.find(({ kind }) => kind === 'measure');
  if (!span) return [];
  const ids = result.environment.targets.map(({ id }) => id);
  const filled = columns.map(([head, sources]) => [head, ids.map((id) => cell(span, id, sources))] as const);
  const kept = filled.filter(([, cells]) => cells.some((text) => text !== noValue));
  const rows = ids.map((id, at) => [id, ...kept.map(([, cells]) => cells[at] ?? noValue)]);
  return [['target', ...kept.map(([head]) => head)], ...rows];
}

function cell({ targets }: StepResult, id: string, sources: readonly Source[]): string {
  for (const { series, stat, per = 1 } of sources) {
    const value = targets[id]?.[series]?.[stat];
    if (value !== undefined) return formatNumber(value / per);
  }
  return noValue;
}
