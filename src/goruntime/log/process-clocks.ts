/** Which of several processes on one stream printed a line: in one process SCHED time, gc number and gc time only grow. */
import type { GcLine } from '../lines/gc.ts';
import type { InlineKind, InlineValue } from '../lines/kinds.ts';
import type { OldGcLine } from '../lines/old-gc.ts';
import type { SchedLine } from '../lines/sched.ts';

/** Where the clocks of one process stood when it printed last. */
interface Clocks {
  readonly number: number;
  schedMs: number;
  /** The time between its last two SCHED lines. */
  stepMs: number | undefined;
  gomaxprocs: number | undefined;
  schedticks: readonly number[] | undefined;
  /** Its SCHED lines have lists. */
  hasLists: boolean;
  gcCycle: number;
  gcMs: number;
  initMs: number;
  /** How many processes were known when it printed last; fewer than now means that it may have ended. */
  known: number;
  lastLine: number;
}

/** Tells processes apart; the number of a process is from 0, in the order in which they appear. */
export interface ProcessClocks {
  /** The process that printed this line. */
  processOf(kind: InlineKind, value: InlineValue): number;
}

/** Processes remembered at one time; one that printed nothing for longest is forgotten for a new one. */
const maxProcesses = 8;
/** What speaks against a process as the writer of a line, by how strong it is. */
const costs = { otherStep: 2, unknownStep: 1, otherProcs: 2, ticksFell: 3, lostCycles: 1, otherTime: 2, silent: 0.75 };
/** A process that printed nothing while others printed so many lines has ended, rather than that several things speak against another. */
const endedSilence = { lines: 100, cost: 3 };
/** The runtime prints up to 10 ms late, a starved one more. */
const stepToleranceMs = 25;
/** A gc line is printed at the end of its cycle and bears the time of its start. */
const longestCycleMs = 2000;

/** No process known yet. */
export function createProcessClocks(): ProcessClocks {
  let all: Clocks[] = [];
  let count = 0;
  let lines = 0;

  function start(): Clocks {
    if (all.length >= maxProcesses) {
      const oldest = all.reduce((a, b) => (a.lastLine < b.lastLine ? a : b));
      all = all.filter((each) => each !== oldest);
    }
    count += 1;
    const clocks: Clocks = {
      number: count - 1,
      schedMs: -1,
      stepMs: undefined,
      gomaxprocs: undefined,
      schedticks: undefined,
      hasLists: false,
      gcCycle: 0,
      gcMs: -1,
      initMs: -1,
      known: count,
      lastLine: lines,
    };
    all.push(clocks);
    return clocks;
  }

  return {
    processOf(kind, value) {
      lines += 1;
      const newest = all.at(-1) ?? start();
      let best: Clocks | undefined;
      let bestCost = Number.POSITIVE_INFINITY;
      // The newest first: a restart is more common than two processes on one stream.
      for (let index = all.length - 1; index >= 0; index -= 1) {
        const each = all[index];
        if (!each) continue;
        const silent = each !== newest && each.known < count ? silentCost(lines - each.lastLine) : 0;
        const cost = costOf(each, kind, value) + silent;
        if (cost < bestCost) {
          best = each;
          bestCost = cost;
        }
      }
      const clocks = best ?? start();
      advance(clocks, kind, value);
      clocks.known = count;
      clocks.lastLine = lines;
      return clocks.number;
    },
  };
}

function silentCost(linesSince: number): number {
  return costs.silent + endedSilence.cost * Math.min(1, linesSince / endedSilence.lines);
}

/** How much speaks against this process; infinite when one of its clocks would have to fall. */
function costOf(clocks: Clocks, kind: InlineKind, value: InlineValue): number {
  if ('runqueue' in value) return schedCost(clocks, value);
  if ('cycle' in value) return gcCost(clocks, value);
  return kind === 'init' && 'atMs' in value && value.atMs < clocks.initMs ? Number.POSITIVE_INFINITY : 0;
}

function schedCost(clocks: Clocks, line: SchedLine): number {
  // A panic prints a block of its own, at any time.
  if (line.localRunqueues ? line.ms <= clocks.schedMs : line.ms < clocks.schedMs) return Number.POSITIVE_INFINITY;
  return (
    stepCost(clocks, line.ms) +
    procsCost(clocks, line.gomaxprocs) +
    (ticksFell(clocks.schedticks, line.schedticks) ? costs.ticksFell : 0)
  );
}

function gcCost(clocks: Clocks, line: GcLine | OldGcLine): number {
  if (line.cycle <= clocks.gcCycle) return Number.POSITIVE_INFINITY;
  const cost = procsCost(clocks, line.procs) + (line.cycle > clocks.gcCycle + 1 ? costs.lostCycles : 0);
  if (!('atSeconds' in line)) return cost;
  const atMs = line.atSeconds * 1000;
  if (atMs < clocks.gcMs) return Number.POSITIVE_INFINITY;
  const late = clocks.schedMs - atMs > longestCycleMs;
  const early = clocks.stepMs !== undefined && atMs - clocks.schedMs > 2 * clocks.stepMs + longestCycleMs;
  return cost + (late || early ? costs.otherTime : 0);
}

function procsCost({ gomaxprocs }: Clocks, procs: number): number {
  return gomaxprocs === undefined || gomaxprocs === procs ? 0 : costs.otherProcs;
}

function stepCost(clocks: Clocks, ms: number): number {
  if (clocks.schedMs < 0) return 0;
  if (clocks.stepMs === undefined) return costs.unknownStep;
  return Math.abs(ms - clocks.schedMs - clocks.stepMs) <= stepToleranceMs ? 0 : costs.otherStep;
}

/** The ticks are of 32 bits and wrap; a P's never go back. */
function ticksFell(before: readonly number[] | undefined, now: readonly number[] | undefined): boolean {
  if (!before || !now) return false;
  return now.some((tick, index) => (tick - (before[index] ?? tick)) >>> 0 > 0x7fffffff);
}

function advance(clocks: Clocks, kind: InlineKind, value: InlineValue): void {
  if ('runqueue' in value) {
    // The block that a dying process prints without lists comes between its lines, and more lines may follow.
    if (clocks.hasLists && !value.localRunqueues) return;
    clocks.hasLists = value.localRunqueues !== undefined;
    if (clocks.schedMs >= 0) clocks.stepMs = value.ms - clocks.schedMs;
    clocks.schedMs = value.ms;
    clocks.gomaxprocs = value.gomaxprocs;
    clocks.schedticks = value.schedticks;
  } else if ('cycle' in value) {
    clocks.gcCycle = value.cycle;
    if ('atSeconds' in value) clocks.gcMs = value.atSeconds * 1000;
  } else if (kind === 'init' && 'atMs' in value) clocks.initMs = value.atMs;
}
