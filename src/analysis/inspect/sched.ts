/** The SCHED lines of one process, one by one, to what they say together. */

import type { SchedLine } from '../../goruntime/lines/sched.ts';
import type { Place } from '../../model/inspected-input.ts';
import type { Extremes, InspectSeries, QueuedMoment, SchedSummary } from '../../model/inspected-process.ts';
import { upperMedianOf } from '../../model/median.ts';
import { createTimeline } from './timeline.ts';
import { createWorst } from './worst.ts';

/** Takes the SCHED lines of one process in their order. */
export interface SchedBook {
  add(line: SchedLine, place: Place): void;
  detail(): void;
  summary(): SchedSummary | undefined;
  series(): readonly InspectSeries[];
}

const worstKept = 5;
/** Intervals that are looked at to find the usual one. */
const intervalsKept = 512;

/** A book without a line. */
export function createSchedBook(): SchedBook {
  const runqueue = createTally('sched.runqueue');
  const local = createTally('sched.local_runqueue_total');
  const idle = createTally('sched.idleprocs');
  const threads = createTally('sched.threads');
  const procs = createTally('sched.gomaxprocs');
  const rounds = createRounds();
  const worst = createWorst<QueuedMoment>(worstKept);
  const intervals: number[] = [];
  let lines = 0;
  let detailLines = 0;
  let saturatedLines = 0;
  let longestGapMs = 0;
  let fromMs = 0;
  let toMs = 0;

  return {
    add(line, place) {
      const { ms, idleprocs } = line;
      const atS = ms / 1000;
      const localRunqueues = (line.localRunqueues ?? []).reduce((sum, length) => sum + length, 0);
      const queued = line.runqueue + localRunqueues;
      if (lines === 0) fromMs = ms;
      else {
        if (intervals.length < intervalsKept) intervals.push(ms - toMs);
        longestGapMs = Math.max(longestGapMs, ms - toMs);
      }
      toMs = ms;
      lines += 1;
      runqueue.add(atS, line.runqueue);
      local.add(atS, localRunqueues);
      idle.add(atS, idleprocs);
      threads.add(atS, line.threads);
      procs.add(atS, line.gomaxprocs);
      rounds.add(ms, line.schedticks);
      if (queued > 0 && idleprocs === 0) saturatedLines += 1;
      worst.add(queued, () => ({ ...place, atMs: ms, runqueue: line.runqueue, localRunqueues, idleprocs }));
    },
    detail() {
      detailLines += 1;
    },
    summary() {
      if (lines === 0) return undefined;
      const roundsPerSecond = rounds.perSecond();
      return {
        lines,
        detailLines,
        fromMs,
        toMs,
        intervalMs: upperMedianOf(intervals),
        longestGapMs,
        gomaxprocs: procs.extremes(),
        runqueue: runqueue.extremes(),
        localRunqueues: local.extremes(),
        idleprocs: idle.extremes(),
        threads: threads.extremes(),
        saturatedLines,
        ...(roundsPerSecond === undefined ? {} : { roundsPerSecond }),
        worst: worst.list(),
      };
    },
    series: () => (lines === 0 ? [] : [runqueue, local, idle, threads].map((each) => each.series())),
  };
}

function createTally(name: string) {
  const timeline = createTimeline(name);
  let [count, sum, first, last] = [0, 0, 0, 0];
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add(atS: number, value: number): void {
      if (count === 0) first = value;
      last = value;
      count += 1;
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
      timeline.add(atS, value);
    },
    extremes: (): Extremes => ({ min, max, first, last, mean: Number((sum / count).toPrecision(6)) }),
    series: () => timeline.series(),
  };
}

/** Rounds of all Ps over the time in which their number did not change; the ticks are of 32 bits and wrap. */
function createRounds() {
  let before: { readonly ms: number; readonly ticks: readonly number[] } | undefined;
  let sum = 0;
  let overMs = 0;
  return {
    add(ms: number, ticks: readonly number[] | undefined): void {
      const earlier = before;
      before = ticks && { ms, ticks };
      if (!ticks || !earlier || earlier.ticks.length !== ticks.length) return;
      for (const [p, tick] of ticks.entries()) sum += (tick - (earlier.ticks[p] ?? tick)) >>> 0;
      overMs += ms - earlier.ms;
    },
    perSecond: () => (overMs > 0 ? Number(((sum / overMs) * 1000).toPrecision(4)) : undefined),
  };
}
