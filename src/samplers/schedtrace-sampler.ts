/** The sampler of `GODEBUG=schedtrace=N`: run queues, idle Ps and threads, as the scheduler itself prints them. */
import type { SchedLine } from '../goruntime/lines/sched.ts';
import type { Sampler, SamplerContext } from '../model/contracts.ts';
import { formatDurationMs } from '../model/units.ts';
import type { Align } from './clock-alignment.ts';
import { type IntervalOptions, intervalOption } from './interval-option.ts';
import { createPerProcess } from './per-process.ts';
import { listenForTraces, type TraceReader } from './trace-lines.ts';

const source = 'schedtrace';

/** A local run queue holds at most this many goroutines; the runtime reads it without a lock, so a larger number is noise. */
const longestLocalRunqueue = 256;
/** The runtime prints up to 10 ms late; a line this many intervals after the last one means that others are missing. */
const missingAfter = 2.5;

/** Where `isTheirs`, the interval is that of whoever started the process, unknown until lines show it. */
interface SchedOptions extends IntervalOptions {
  readonly isTheirs?: boolean;
}

/** Reads SCHED lines; each is a reading of the `sched.` series. */
export const schedtraceSampler: Sampler<SchedOptions> = {
  kind: source,
  options: intervalOption(100, '1s', 'How often the Go runtime prints a SCHED line (GODEBUG=schedtrace)'),
  cost: 'Each target wakes its system monitor at least every 10 ms and writes one line per interval to stderr while it holds the scheduler lock, about 20 + 4 x GOMAXPROCS small writes.',
  goDebug: ({ everyMs }) => [`schedtrace=${Math.round(everyMs)}`],
  observing: {
    options: { everyMs: 1000, isTheirs: true },
    sees: ({ goDebug }) => goDebug.includes('schedtrace='),
  },
  open: async ({ everyMs, isTheirs = false }, context) =>
    listenForTraces(
      {
        kind: 'sched',
        source,
        noneMessage: `no SCHED line was printed; was the process started with GODEBUG=schedtrace=${Math.round(everyMs)}?`,
        reader: (target, wasAway) => schedReader({ target, wasAway }, everyMs, isTheirs, context),
      },
      context,
    ),
};

interface Printer {
  readonly target: string;
  wasAway(fromUs: number, untilUs: number): boolean;
}

function schedReader(
  { target, wasAway }: Printer,
  wantedMs: number,
  isTheirs: boolean,
  context: SamplerContext,
): TraceReader<'sched'> {
  const lasts = createPerProcess((): { value?: SchedLine } => ({}));
  let lastUs: number | undefined;
  let everyMs = isTheirs ? Number.POSITIVE_INFINITY : wantedMs;

  function gapAfterLast(untilUs: number): void {
    if (lastUs === undefined || untilUs - lastUs < missingAfter * everyMs * 1000 || wasAway(lastUs, untilUs)) return;
    const atUs = lastUs + everyMs * 1000;
    const message = `no SCHED line for more than ${formatDurationMs(missingAfter * everyMs)}`;
    context.emit({ kind: 'gap', atUs, target, source, message });
  }

  return {
    record({ value, stamp, process }, align: Align) {
      const atUs = align(value.ms * 1000, stamp);
      const last = lasts.of(process);
      const before = last.value;
      if (isTheirs && before && value.ms > before.ms) everyMs = Math.min(everyMs, value.ms - before.ms);
      gapAfterLast(atUs);
      const localQueues = credibleQueues(value);
      const values = readingOf(value, localQueues, before);
      context.emit({ kind: 'reading', atUs, target, source, values, ...(localQueues ? { localQueues } : {}) });
      last.value = value;
      lastUs = Math.max(lastUs ?? atUs, atUs);
    },
    end: () => gapAfterLast(context.clock.nowUs()),
  };
}

/** The local run queues of a line that has them, unless one is noise: then what was read of the others is no better. */
function credibleQueues({ localRunqueues = [] }: SchedLine): readonly number[] | undefined {
  const isCredible = localRunqueues.length > 0 && localRunqueues.every((length) => length <= longestLocalRunqueue);
  return isCredible ? localRunqueues : undefined;
}

function readingOf(
  line: SchedLine,
  localQueues: readonly number[] | undefined,
  before: SchedLine | undefined,
): Record<string, number> {
  const values: Record<string, number> = {
    'sched.gomaxprocs': line.gomaxprocs,
    'sched.idleprocs': line.idleprocs,
    'sched.threads': line.threads,
    'sched.idlethreads': line.idlethreads,
    'sched.runqueue': line.runqueue,
  };
  if (line.spinningthreads !== undefined) values['sched.spinningthreads'] = line.spinningthreads;
  if (localQueues) {
    values['sched.local_runqueue_max'] = Math.max(...localQueues);
    values['sched.local_runqueue_total'] = sum(localQueues);
  }
  const switches = switchesPerSecond(line, before);
  if (switches !== undefined) values['sched.switches_per_second'] = switches;
  return values;
}

/** Undefined when the number of Ps changed in between, because the ticks of a P that came or went are not known. */
function switchesPerSecond(line: SchedLine, before: SchedLine | undefined): number | undefined {
  const earlier = before?.schedticks;
  if (!before || !earlier || line.schedticks?.length !== earlier.length || line.ms <= before.ms) return undefined;
  const differences = line.schedticks.map((tick, index) => (tick - (earlier[index] ?? 0)) >>> 0);
  return (sum(differences) / (line.ms - before.ms)) * 1000;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
