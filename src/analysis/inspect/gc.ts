/** The gc lines of one process, one by one, to what they say together. */
import type { GcLine } from '../../goruntime/lines/gc.ts';
import type { OldGcLine } from '../../goruntime/lines/old-gc.ts';
import { newHistogram } from '../../model/histogram.ts';
import type { Place } from '../../model/inspected-input.ts';
import type { GcSummary, InspectSeries, PausedMoment } from '../../model/inspected-process.ts';
import { maxLatencyUs } from '../../model/units.ts';
import { createTimeline } from './timeline.ts';
import { createWorst } from './worst.ts';

/** Takes the gc lines of one process in their order. */
export interface GcBook {
  add(line: GcLine | OldGcLine, place: Place): void;
  periodic(): void;
  summary(): GcSummary | undefined;
  series(): readonly InspectSeries[];
}

const worstKept = 5;

/** A book without a line. */
export function createGcBook(): GcBook {
  const timelines = {
    pause: createTimeline('gc.pause_ms'),
    live: createTimeline('gc.heap_live_mib'),
    goal: createTimeline('gc.heap_goal_mib'),
    cpu: createTimeline('gc.cpu_percent'),
  };
  // Pauses in microseconds.
  const pauses = newHistogram();
  const worst = createWorst<PausedMoment>(worstKept);
  const live = { first: 0, last: 0, min: Number.POSITIVE_INFINITY, max: 0 };
  const sums = { pauseMs: 0, markMs: 0, maxMarkMs: 0, assistCpuMs: 0, maxPauseMs: 0 };
  let [cycles, firstCycle, lastCycle, forced, periodic] = [0, 0, 0, 0, 0];
  let first: GcLine | undefined;
  let last: GcLine | undefined;

  function addTimed(line: GcLine): void {
    const { atSeconds: atS, heapGoalMib } = line;
    first ??= line;
    last = line;
    if (line.forced) forced += 1;
    sums.markMs += line.markMs;
    sums.maxMarkMs = Math.max(sums.maxMarkMs, line.markMs);
    sums.assistCpuMs += line.assistCpuMs;
    timelines.pause.add(atS, line.pauseMs);
    timelines.live.add(atS, line.heapLiveMib);
    timelines.cpu.add(atS, line.cpuPercent);
    if (heapGoalMib !== undefined) timelines.goal.add(atS, heapGoalMib);
  }

  return {
    add(line, place) {
      const { cycle, pauseMs, heapLiveMib } = line;
      if (cycles === 0) {
        firstCycle = cycle;
        live.first = heapLiveMib;
      }
      cycles += 1;
      lastCycle = cycle;
      live.last = heapLiveMib;
      live.min = Math.min(live.min, heapLiveMib);
      live.max = Math.max(live.max, heapLiveMib);
      sums.pauseMs += pauseMs;
      sums.maxPauseMs = Math.max(sums.maxPauseMs, pauseMs);
      pauses.recordValue(Math.min(maxLatencyUs, Math.round(pauseMs * 1000)));
      const timed = 'atSeconds' in line ? line : undefined;
      if (timed) addTimed(timed);
      const atS = timed === undefined ? {} : { atS: timed.atSeconds };
      worst.add(pauseMs, () => ({ ...place, cycle, ...atS, pauseMs, heapLiveMib }));
    },
    periodic() {
      periodic += 1;
    },
    summary() {
      if (cycles === 0) return undefined;
      return {
        cycles,
        firstCycle,
        lastCycle,
        missing: Math.max(0, lastCycle - firstCycle + 1 - cycles),
        forced,
        periodic,
        pauseMs: {
          p50: pauses.getValueAtPercentile(50) / 1000,
          p99: pauses.getValueAtPercentile(99) / 1000,
          max: sums.maxPauseMs,
          total: rounded(sums.pauseMs),
        },
        ...timedSummary(first, last, cycles, sums),
        heapLiveMib: live,
        worst: worst.list(),
      };
    },
    series: () => (last ? Object.values(timelines).map((each) => each.series()) : []),
  };
}

function timedSummary(
  first: GcLine | undefined,
  last: GcLine | undefined,
  cycles: number,
  sums: { readonly markMs: number; readonly maxMarkMs: number; readonly assistCpuMs: number },
): Partial<GcSummary> {
  if (!first || !last) return {};
  const spanS = last.atSeconds - first.atSeconds;
  const { heapGoalMib } = last;
  return {
    fromS: first.atSeconds,
    toS: last.atSeconds,
    ...(spanS > 0 ? { perMinute: Number((((last.cycle - first.cycle) / spanS) * 60).toPrecision(4)) } : {}),
    markMs: { mean: rounded(sums.markMs / cycles), max: sums.maxMarkMs },
    cpuPercent: last.cpuPercent,
    assistCpuMs: rounded(sums.assistCpuMs),
    ...(heapGoalMib === undefined ? {} : { heapGoalMib }),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
