/** Which series left their level around the break, and in what order: causes move first, symptoms follow. */
import type { Diagnosis } from '../../model/finding.ts';
import { seededUniform } from '../../model/random.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import { columnsOf, nearestTo, type SeriesColumns } from '../../model/series-columns.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { pointsWithin, seriesOf } from '../run/series-lookup.ts';
import { changePoint } from '../statistics/change-point.ts';

const seed = 3;
const mostMovers = 12;
/** A level that changed by less than this share of itself moved, but tells nothing. */
const leastChange = 0.5;
/** Changes from nothing to next to nothing are none; in the unit of the series, whatever that is. */
const leastAmount = 1;

/**
 * What grows with the load while all is well. It is held against the rate that was planned at its time, so that it moves when a request has
 * more of it than before.
 */
const withLoad =
  /^(goroutines\.|sched\.(runqueue|local_runqueue_total|threads)$|load\.in_flight$|proc\.(threads|open_fds|\w+_switches_per_second|run_delay_percent|cpu_\w+_percent)$|container\.(cpu_percent|memory_mib)$|app\.|sock\.|net\.|go\.(goroutines|open_fds|alloc_|mutex_wait|gc_cycles))/;
/** What has a level of its own. */
const byItself =
  /^(load\.(response_p99_us|failed_rps|waiting)$|gc\.(pause_ms|mark_ms|heap_live_mib)$|container\.throttled_percent$|go\.(cpu_gc_percent|sched_latency_over_10ms_percent)$|pool\..*(in_use|waits_per_second)$|host\.(steal_percent|cpu_percent|io_pressure_some_percent)$)/;

/** The changes of level from the start of the step that held to the end of the one that broke, earliest first. */
export function moversOf(
  holds: StepResult | undefined,
  breaks: StepResult | undefined,
  series: readonly Series[],
): Diagnosis['movers'] {
  if (!holds || !breaks) return [];
  const [fromUs, untilUs] = [holds.startUs, breaks.startUs + breaks.durationUs];
  const planned = plannedOf(series);
  return series
    .flatMap(({ target, name, points }) => {
      const own = pointsWithin(points, fromUs, untilUs);
      const perRate = withLoad.test(name);
      if (!perRate && !byItself.test(name)) return [];
      const level = perRate ? own.flatMap(([atUs, value]) => relative(atUs, value, planned)) : own;
      const change = changePoint(level, seededUniform(seed));
      if (!change || !isMuch(change, perRate ? breaks.load.plannedRps : 1)) return [];
      const levels = rounded(change, own);
      // What only failed to grow with the load has not moved.
      const moved = Math.sign(levels.to - levels.from) === Math.sign(change.to - change.from) && isMuch(levels, 1);
      return moved ? [{ target, series: name, ...levels }] : [];
    })
    .sort((a, b) => a.atUs - b.atUs)
    .slice(0, mostMovers);
}

function plannedOf(series: readonly Series[]): SeriesColumns {
  const planned = seriesOf(series, generatorTarget, 'load.planned_rps');
  return planned ? columnsOf(planned) : { atUs: new Float64Array(), values: new Float64Array() };
}

function relative(atUs: number, value: number, planned: SeriesColumns): [number, number][] {
  const rps = planned.values[nearestTo(planned.atUs, atUs)] ?? 0;
  return rps > 0 ? [[atUs, value / rps]] : [];
}

function isMuch({ from, to }: { readonly from: number; readonly to: number }, scale: number): boolean {
  return Math.abs(to - from) > leastChange * Math.abs(from) && Math.abs(to - from) * scale > leastAmount;
}

/** The levels are told in the unit of the series, of the points on both sides. */
function rounded(
  { atUs, uncertaintyUs }: { readonly atUs: number; readonly uncertaintyUs: number },
  own: Series['points'],
): Pick<Diagnosis['movers'][number], 'atUs' | 'uncertaintyUs' | 'from' | 'to'> {
  const mean = (points: Series['points']) => {
    const sum = points.reduce((total, [, value]) => total + value, 0);
    return Number((sum / Math.max(1, points.length)).toPrecision(4));
  };
  return {
    atUs: Math.round(atUs),
    uncertaintyUs: Math.round(uncertaintyUs),
    from: mean(own.filter(([pointUs]) => pointUs < atUs)),
    to: mean(own.filter(([pointUs]) => pointUs >= atUs)),
  };
}
