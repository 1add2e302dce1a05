/** One line of `GODEBUG=gctrace=1`, Go 1.5 to 1.27, to its values (source of the format: runtime/mgc.go, gcMarkTermination). */
import { headOf } from './cut-head.ts';

/** What one gc line says; times of the cycle in milliseconds at the two digits that are printed, heap in whole MiB. */
export interface GcLine {
  /** Number of the cycle, from 1. */
  readonly cycle: number;
  /** Seconds from the start of the process to the start of the cycle. */
  readonly atSeconds: number;
  /** Share of CPU time that GC took since the program started, 0 to 100. */
  readonly cpuPercent: number;
  /** True for a cycle that looked for leaked goroutines (Go 1.26 and later). */
  readonly checkedLeaks: boolean;
  /** True for `runtime.GC()` and its like; the periodic cycle is not marked by the runtime. */
  readonly forced: boolean;
  /** Wall time with the world stopped. */
  readonly pauseMs: number;
  /** Wall time of concurrent scan and mark. */
  readonly markMs: number;
  /** CPU time that allocating goroutines had to spend on marking. */
  readonly assistCpuMs: number;
  /** CPU time of dedicated and fractional mark workers. */
  readonly backgroundCpuMs: number;
  /** CPU time of mark workers on idle Ps. */
  readonly idleCpuMs: number;
  /** Heap when the cycle started, when marking ended, and what of it is live. */
  readonly heapStartMib: number;
  readonly heapEndMib: number;
  readonly heapLiveMib: number;
  /** Heap size that this cycle was to keep to; undefined when there is none (GOGC=off). */
  readonly heapGoalMib: number | undefined;
  /** Scannable stacks and globals; since Go 1.18. */
  readonly stacksMib: number | undefined;
  readonly globalsMib: number | undefined;
  readonly procs: number;
}

const pieces = [
  'gc ',
  '\\d+',
  ' @',
  '[\\d.]+',
  's ',
  '\\d+',
  '%',
  '(?: \\(checking for goroutine leaks\\))?',
  ': ',
  '[\\d.+]+',
  ' ms clock, ',
  '[\\d.+/]+',
  ' ms cpu, ',
  '\\d+',
  '->',
  '\\d+',
  '->',
  '\\d+',
  ' MB, ',
  '\\d+',
  ' MB goal, ',
  '\\d+',
  // Up to Go 1.17 the line ends here.
  '(?: MB stacks, | P)',
  '(?:\\d+| \\(forced\\))',
  ' MB globals, ',
  '\\d+',
  ' P',
  ' \\(forced\\)',
];

/** The longest text at `lastIndex` that may be the beginning of a gc line which another writer cut. */
export const gcHead = headOf(pieces);

const line =
  /gc (\d{1,15}) @(\d{1,12}(?:\.\d{1,9})?)s (\d{1,3})%( \(checking for goroutine leaks\))?: ([\d.+]{1,99}) ms clock, ([\d.+/]{1,99}) ms cpu, (\d{1,15})->(\d{1,15})->(\d{1,15}) MB, (\d{1,15}) MB goal,(?: (\d{1,15}) MB stacks, (\d{1,15}) MB globals,)? (\d{1,15}) P( \(forced\))?\s*$/y;

/** A goal above this many MiB is how the runtime prints that there is none: 2^40 and more, whatever the version. */
const noGoalMib = 2 ** 40;

/** The gc line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseGcLine(text: string, from = 0): { value: GcLine; end: number } | undefined {
  line.lastIndex = from;
  const match = line.exec(text);
  if (!match) return undefined;
  const [whole, cycle, at, percent, leaks, clock = '', cpu = '', ...heap] = match;
  const [start, end, live, goal, stacks, globals, procs, forced] = heap;
  const times = timesOf(clock, cpu);
  if (!times) return undefined;
  const heapGoalMib = Number(goal);
  return {
    end: from + whole.length,
    value: {
      cycle: Number(cycle),
      atSeconds: Number(at),
      cpuPercent: Number(percent),
      checkedLeaks: leaks !== undefined,
      forced: forced !== undefined,
      ...times,
      heapStartMib: Number(start),
      heapEndMib: Number(end),
      heapLiveMib: Number(live),
      heapGoalMib: heapGoalMib > noGoalMib ? undefined : heapGoalMib,
      stacksMib: stacks === undefined ? undefined : Number(stacks),
      globalsMib: globals === undefined ? undefined : Number(globals),
      procs: Number(procs),
    },
  };
}

type Times = Pick<GcLine, 'pauseMs' | 'markMs' | 'assistCpuMs' | 'backgroundCpuMs' | 'idleCpuMs'>;

/** Go 1.6 and later print `pause+mark+pause`; Go 1.5 prints `pause+scan+pause+mark+pause`. */
function timesOf(clock: string, cpu: string): Times | undefined {
  const wall = clock.split('+');
  const busy = cpu.split('+');
  const workers = (busy.at(-2) ?? '').split('/');
  const whole = busy.length === wall.length && (wall.length === 3 || wall.length === 5) && workers.length === 3;
  if (!whole || ![...wall, ...busy.toSpliced(-2, 1), ...workers].every((part) => /^\d{1,15}(\.\d{1,9})?$/.test(part))) {
    return undefined;
  }
  const [assistCpuMs = 0, backgroundCpuMs = 0, idleCpuMs = 0] = workers.map(Number);
  return {
    pauseMs: sumMs(wall.filter((_, index) => index % 2 === 0)),
    markMs: sumMs(wall.filter((_, index) => index % 2 === 1)),
    assistCpuMs,
    backgroundCpuMs,
    idleCpuMs,
  };
}

function sumMs(parts: readonly string[]): number {
  const total = parts.reduce((sum, part) => sum + Number(part), 0);
  return Math.round(total * 1000) / 1000;
}
