/** One SCHED line of `GODEBUG=schedtrace=N`, Go 1.2 to 1.27, to its values (source of the format: runtime/proc.go, schedtrace). */
import { decimal } from './decimal.ts';

/** What one SCHED line says; a list is missing where the Go version or the `scheddetail` mode does not print it. */
export interface SchedLine {
  /** Milliseconds since the process printed its first SCHED line. */
  readonly ms: number;
  readonly gomaxprocs: number;
  readonly idleprocs: number;
  readonly threads: number;
  /** Since Go 1.4. */
  readonly spinningthreads?: number | undefined;
  /** Since Go 1.20. */
  readonly needspinning?: number | undefined;
  readonly idlethreads: number;
  /** Goroutines on the global run queue. */
  readonly runqueue: number;
  /** Goroutines on the local run queue of each P. */
  readonly localRunqueues?: readonly number[] | undefined;
  /** Scheduler rounds of each P since its start, 32 bits; since Go 1.25. */
  readonly schedticks?: readonly number[] | undefined;
  /** Keys that are none of the above, as printed. */
  readonly other: Readonly<Record<string, string>>;
}

const pair = ' \\w+=(?:\\d{1,15}|[a-z]+)';
const numbers = '\\d{1,15}(?: \\d{1,15})*';

/** The longest text at `lastIndex` that may be the beginning of a SCHED line which another writer cut. */
export const schedHead = new RegExp(
  `SCHED (?:\\d+(?:ms:(?:${pair})*(?: \\w+=| (?:\\[[\\d ]*(?:\\](?: schedticks=(?:\\[[\\d ]*)?)?)?)?)?)?)?`,
  'y',
);

// The header of `scheddetail` has no list and no other mark of its end than the newline.
const line = new RegExp(
  `SCHED (\\d{1,15})ms:((?:${pair})+)(?: \\[ ?(${numbers}) ?\\](?: schedticks=\\[ (${numbers}) \\])?|\\s*$)`,
  'y',
);
/** The same line as every Go version prints it up to now, for speed: most lines of a log are such lines. */
const plainLine = new RegExp(
  'SCHED (\\d{1,15})ms: gomaxprocs=(\\d{1,15}) idleprocs=(\\d{1,15}) threads=(\\d{1,15})(?: spinningthreads=(\\d{1,15}))?' +
    '(?: needspinning=(\\d{1,15}))? idlethreads=(\\d{1,15}) runqueue=(\\d{1,15})' +
    ` \\[ ?(${numbers}) ?\\](?: schedticks=\\[ (${numbers}) \\])?`,
  'y',
);
const knownKeys = new Set<keyof SchedLine>([
  'gomaxprocs',
  'idleprocs',
  'threads',
  'spinningthreads',
  'needspinning',
  'idlethreads',
  'runqueue',
]);

/** The SCHED line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseSchedLine(text: string, from = 0): { value: SchedLine; end: number } | undefined {
  plainLine.lastIndex = from;
  const plain = plainLine.exec(text);
  if (plain) return buildPlain(plain, from);
  line.lastIndex = from;
  const match = line.exec(text);
  if (!match) return undefined;
  const [whole, ms = '', pairs = '', queues, ticks] = match;
  const numbers: Partial<Record<keyof SchedLine, number>> = {};
  const other: Record<string, string> = {};
  for (const pair of pairs.trim().split(' ')) {
    const [key = '', value = ''] = pair.split('=');
    if (knownKeys.has(key as keyof SchedLine) && /^\d{1,15}$/.test(value))
      numbers[key as keyof SchedLine] = Number(value);
    else other[key] = value;
  }
  const value = build(Number(ms), numbers, listOf(queues), listOf(ticks), other);
  return value && { value, end: from + whole.length };
}

function buildPlain(match: RegExpExecArray, from: number): { value: SchedLine; end: number } | undefined {
  const [whole, ms, procs, idleprocs, threads, spinning, need, idlethreads, runqueue, queues, ticks] = match;
  const gomaxprocs = decimal(procs);
  const spinningthreads = spinning === undefined ? undefined : decimal(spinning);
  const needspinning = need === undefined ? undefined : decimal(need);
  const numbers = {
    gomaxprocs,
    idleprocs: decimal(idleprocs),
    threads: decimal(threads),
    spinningthreads,
    needspinning,
    idlethreads: decimal(idlethreads),
    runqueue: decimal(runqueue),
  };
  const value = build(decimal(ms), numbers, listOf(queues), listOf(ticks), {});
  return value && { value, end: from + whole.length };
}

function build(
  ms: number,
  numbers: { readonly [Key in keyof SchedLine]?: number | undefined },
  localRunqueues: number[] | undefined,
  schedticks: number[] | undefined,
  other: Readonly<Record<string, string>>,
): SchedLine | undefined {
  const { gomaxprocs, idleprocs, threads, idlethreads, runqueue, spinningthreads, needspinning } = numbers;
  if (gomaxprocs === undefined || idleprocs === undefined || threads === undefined) return undefined;
  if (idlethreads === undefined || runqueue === undefined) return undefined;
  // Both lists are printed under the lock that changes gomaxprocs, so another length is another line's piece.
  if (localRunqueues ? localRunqueues.length !== gomaxprocs : !('sysmonwait' in other)) return undefined;
  if (schedticks && schedticks.length !== gomaxprocs) return undefined;
  return {
    ms,
    gomaxprocs,
    idleprocs,
    threads,
    spinningthreads,
    needspinning,
    idlethreads,
    runqueue,
    localRunqueues,
    schedticks,
    other,
  };
}

/** The numbers in a list that the expression has checked. */
function listOf(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const list: number[] = [];
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 32) {
      list.push(number);
      number = 0;
    } else number = number * 10 + code - 48;
  }
  list.push(number);
  return list;
}
