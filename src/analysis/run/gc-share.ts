/**
 * What garbage collection took in a stretch of time, from the lines of gctrace alone: an ordinary promhttp.Handler() exports none of the
 * CPU classes of runtime/metrics.
 */
import type { Series, StepResult } from '../../model/run-result.ts';
import { columnsOf, firstFrom } from '../../model/series-columns.ts';
import { seriesOf } from './series-lookup.ts';

/** Garbage collection of one target in one step. */
export type GcShare = NonNullable<StepResult['gc']>[number];

interface Cycle {
  readonly number: number;
  /** From the stop of the world that began it to the end of its mark termination. */
  readonly startUs: number;
  readonly endUs: number;
  readonly procs: number;
  readonly cpuMs: number;
  readonly assistMs: number;
  readonly pauseMs: number;
  readonly forced: boolean;
}

interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
}

/** In each stretch, each target whose cycles were told, in the order of the series; one without a cycle in the stretch has zeros. */
export function gcShares(spans: readonly Stretch[], series: readonly Series[]): GcShare[][] {
  const shares = spans.map((): GcShare[] => []);
  for (const told of series) {
    if (told.name !== 'gc.cpu_ms') continue;
    const cycles = cyclesOf(told, series);
    const ends = cycles.map(({ endUs }) => endUs);
    const longestUs = cycles.reduce((longest, { startUs, endUs }) => Math.max(longest, endUs - startUs), 0);
    for (const [place, span] of spans.entries()) {
      if (span.endUs <= span.startUs) continue;
      // The one before tells GOMAXPROCS.
      const from = Math.max(0, firstFrom(ends, span.startUs) - 1);
      const near = cycles.slice(from, firstFrom(ends, span.endUs + longestUs) + 1);
      shares[place]?.push({ target: told.target, ...shareOf(span, near) });
    }
  }
  return shares;
}

/**
 * A cycle that crosses an edge counts by the part of its time that lies within, as if it used CPU evenly; it is counted as a cycle where it
 * ended. What there was is GOMAXPROCS times the time, GOMAXPROCS as the last cycle before told it.
 */
function shareOf(span: Stretch, cycles: readonly Cycle[]): Omit<GcShare, 'target'> {
  const seconds = (span.endUs - span.startUs) / 1e6;
  const procsMs = procsTimeMs(span, cycles);
  const ended = cycles.filter(({ endUs }) => endUs >= span.startUs && endUs < span.endUs);
  const taken = (value: (cycle: Cycle) => number) =>
    cycles.reduce((sum, cycle) => sum + value(cycle) * within(span, cycle), 0);
  const percent = (ms: number, of: number) => (of > 0 ? Number(((100 * ms) / of).toPrecision(4)) : 0);
  const lost = lostBetween(ended);
  return {
    cycles: ended.length,
    cyclesPerSecond: Number((ended.length / seconds).toPrecision(4)),
    forced: ended.filter(({ forced }) => forced).length,
    cpuPercent: percent(
      taken(({ cpuMs }) => cpuMs),
      procsMs,
    ),
    assistPercent: percent(
      taken(({ assistMs }) => assistMs),
      procsMs,
    ),
    pausePercent: percent(
      taken(({ pauseMs }) => pauseMs),
      seconds * 1000,
    ),
    ...(lost > 0 ? { lost } : {}),
  };
}

/** How much of a cycle lies within, 0 to 1. */
function within(span: Stretch, { startUs, endUs }: Cycle): number {
  if (endUs <= startUs) return endUs >= span.startUs && endUs < span.endUs ? 1 : 0;
  const overlap = Math.min(endUs, span.endUs) - Math.max(startUs, span.startUs);
  return Math.max(0, overlap) / (endUs - startUs);
}

/** GOMAXPROCS summed over the time: each stretch has that of the last cycle that began before it, the first of all that of the first. */
function procsTimeMs(span: Stretch, cycles: readonly Cycle[]): number {
  let [sum, fromUs, procs] = [0, span.startUs, cycles[0]?.procs ?? 0];
  for (const cycle of cycles) {
    const atUs = Math.min(span.endUs, Math.max(fromUs, cycle.startUs));
    sum += procs * (atUs - fromUs);
    [fromUs, procs] = [atUs, cycle.procs];
  }
  return (sum + procs * (span.endUs - fromUs)) / 1000;
}

/** Cycles are numbered: those between two that were told were not. A number that falls is another process. */
function lostBetween(cycles: readonly Cycle[]): number {
  return cycles.reduce((lost, { number }, index) => {
    const before = cycles[index - 1];
    return before === undefined ? lost : lost + Math.max(0, number - before.number - 1);
  }, 0);
}

function cyclesOf(cpu: Series, series: readonly Series[]): Cycle[] {
  const table = (name: string) => {
    const values = new Map<number, number>();
    const found = seriesOf(series, cpu.target, name);
    const columns = found && columnsOf(found);
    for (const [at, us] of columns?.atUs.entries() ?? []) values.set(us, columns?.values[at] ?? 0);
    return values;
  };
  const [numbers, procs, assists, pauses] = ['gc.cycles', 'gc.procs', 'gc.assist_cpu_ms', 'gc.pause_ms'].map(table);
  const [marks, forced] = ['gc.mark_ms', 'gc.forced'].map(table);
  return cpu.points.map(([endUs, cpuMs]): Cycle => {
    const pauseMs = pauses?.get(endUs) ?? 0;
    return {
      number: numbers?.get(endUs) ?? 0,
      startUs: endUs - (pauseMs + (marks?.get(endUs) ?? 0)) * 1000,
      endUs,
      procs: procs?.get(endUs) ?? 0,
      cpuMs,
      assistMs: assists?.get(endUs) ?? 0,
      pauseMs,
      forced: forced?.get(endUs) === 1,
    };
  });
}
