/** Logs side by side: rates, pauses, heap and queues of the process that each of them says most of. */
import type { InspectedProcess } from '../../model/inspected-process.ts';
import type { LogInspection } from '../../model/inspection.ts';
import type { ChangeRow } from '../../model/inspection-changes.ts';

type Value = (process: InspectedProcess) => number | undefined;

const rows: readonly (readonly [name: string, value: Value])[] = [
  ['SCHED: GOMAXPROCS', ({ sched }) => sched?.gomaxprocs.last],
  ['SCHED: global run queue, mean', ({ sched }) => sched?.runqueue.mean],
  ['SCHED: global run queue, max', ({ sched }) => sched?.runqueue.max],
  ['SCHED: local run queues, mean', ({ sched }) => sched?.localRunqueues.mean],
  ['SCHED: idle Ps, mean', ({ sched }) => sched?.idleprocs.mean],
  [
    'SCHED: lines with waiting goroutines and no idle P, %',
    ({ sched }) => sched && share(sched.saturatedLines, sched.lines),
  ],
  ['SCHED: threads, max', ({ sched }) => sched?.threads.max],
  ['SCHED: scheduler rounds a second', ({ sched }) => sched?.roundsPerSecond],
  ['GC: cycles a minute', ({ gc }) => gc?.perMinute],
  ['GC: pause p50, ms', ({ gc }) => gc?.pauseMs.p50],
  ['GC: pause p99, ms', ({ gc }) => gc?.pauseMs.p99],
  ['GC: pause max, ms', ({ gc }) => gc?.pauseMs.max],
  ['GC: CPU since start, %', ({ gc }) => gc?.cpuPercent],
  ['GC: live heap at the end, MiB', ({ gc }) => gc?.heapLiveMib.last],
  ['GC: live heap max, MiB', ({ gc }) => gc?.heapLiveMib.max],
  ['init: all packages, ms', ({ init }) => init?.clockMs],
];

/** One row for each value that two of the logs have. */
export function processRows(logs: readonly LogInspection[]): ChangeRow[] {
  const longest = logs.map(longestProcess);
  return rows.flatMap(([name, value]) => {
    const values = longest.map((process) => (process && value(process)) ?? null);
    return values.filter((each) => each !== null).length > 1 ? [{ name, values }] : [];
  });
}

function longestProcess({ processes }: LogInspection): InspectedProcess | undefined {
  const lines = ({ sched, gc }: InspectedProcess) => (sched?.lines ?? 0) + (gc?.cycles ?? 0);
  return processes.toSorted((a, b) => lines(b) - lines(a))[0];
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}
