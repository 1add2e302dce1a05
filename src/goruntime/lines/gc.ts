/** One line of `GODEBUG=gctrace=1`, Go 1.5 to 1.27, to its values (source of the format: runtime/mgc.go, gcMarkTermination). */
import { headOf } from './cut-head.ts';
import { decimal } from './decimal.ts';

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
  /**
   * What the cycle took from the program: stops of the world on all Ps, assists and background workers, and what Go 1.5 scanned before it
   * marked. Workers on idle Ps took nothing from it; the runtime leaves them out of its percentage as well (`gcMarkTermination`).
   */
  readonly cpuMs: number;
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

const n = '(\\d{1,15})';
const ms = '(\\d{1,15}(?:\\.\\d{1,9})?)';
// Go 1.6 and later print `pause+mark+pause`; Go 1.5 prints `pause+scan+pause+mark+pause`.
const line = new RegExp(
  [
    `gc ${n} @(\\d{1,12}(?:\\.\\d{1,9})?)s (\\d{1,3})%( \\(checking for goroutine leaks\\))?: `,
    `${ms}\\+${ms}\\+${ms}(?:\\+${ms}\\+${ms})? ms clock, `,
    `${ms}\\+(?:${ms}\\+${ms}\\+)?${ms}/${ms}/${ms}\\+${ms} ms cpu, `,
    `${n}->${n}->${n} MB, ${n} MB goal,(?: ${n} MB stacks, ${n} MB globals,)? ${n} P( \\(forced\\))?\\s*$`,
  ].join(''),
  'y',
);

/** A goal above this many MiB is how the runtime prints that there is none: 2^40 and more, whatever the version. */
const noGoalMib = 2 ** 40;

/** The gc line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseGcLine(text: string, from = 0): { value: GcLine; end: number } | undefined {
  line.lastIndex = from;
  const match = line.exec(text);
  if (!match) return undefined;
  const five = match[8] !== undefined;
  if (five !== (match[11] !== undefined)) return undefined;
  // By index: taking so many groups apart at once is slow.
  const number = (group: number) => decimal(match[group]);
  const heapGoalMib = number(20);
  return {
    end: from + match[0].length,
    value: {
      cycle: number(1),
      atSeconds: number(2),
      cpuPercent: number(3),
      checkedLeaks: match[4] !== undefined,
      forced: match[24] !== undefined,
      pauseMs: roundMs(number(5) + number(7) + (five ? number(9) : 0)),
      markMs: roundMs(number(6) + (five ? number(8) : 0)),
      assistCpuMs: number(13),
      backgroundCpuMs: number(14),
      idleCpuMs: number(15),
      cpuMs: roundMs(number(10) + (five ? number(11) + number(12) : 0) + number(13) + number(14) + number(16)),
      heapStartMib: number(17),
      heapEndMib: number(18),
      heapLiveMib: number(19),
      heapGoalMib: heapGoalMib > noGoalMib ? undefined : heapGoalMib,
      stacksMib: match[21] === undefined ? undefined : number(21),
      globalsMib: match[22] === undefined ? undefined : number(22),
      procs: number(23),
    },
  };
}

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
