/** When the runtime or the kernel did something that requests may have waited for, as intervals on the run's clock. */
import type { Series } from '../../model/run-result.ts';
import { pointsOf } from './series-lookup.ts';

/** Something that went on for a while. */
export interface Moment {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** One kind of moments of one target. */
export interface Moments {
  readonly target: string;
  readonly series: string;
  /** Such as `garbage collections of api-1`. */
  readonly name: string;
  readonly advice: string;
  readonly all: readonly Moment[];
}

const longWaitPercent = 5;

/** For each window, given in order by its start, whether any of the moments lies in it for a part of its time. */
export function meetAny(startsUs: readonly number[], windowUs: number, moments: readonly Moment[]): boolean[] {
  const sorted = moments.toSorted((a, b) => a.fromUs - b.fromUs);
  let [next, latestUs] = [0, Number.NEGATIVE_INFINITY];
  return startsUs.map((fromUs) => {
    for (; next < sorted.length; next++) {
      const moment = sorted[next];
      if (!moment || moment.fromUs >= fromUs + windowUs) break;
      latestUs = Math.max(latestUs, moment.untilUs);
    }
    return latestUs > fromUs;
  });
}

/** Garbage collections, throttled periods, and times in which goroutines waited long for a P, of each target that has any. */
export function runtimeMoments(series: readonly Series[], targets: readonly string[]): Moments[] {
  return targets.flatMap((target) =>
    [
      {
        series: 'gc.mark_ms',
        name: `garbage collections of ${target}`,
        advice:
          'Allocate less for each request, or give the collector room: a higher GOGC, or GOMEMLIMIT where memory is bounded.',
        all: pointsOf(series, target, 'gc.mark_ms').map(([atUs, ms]) => ({ fromUs: atUs - ms * 1000, untilUs: atUs })),
      },
      {
        series: 'container.throttled_ms',
        name: `times in which the CPU limit stopped ${target}`,
        advice: 'Raise the CPU limit, or let GOMAXPROCS be no more than it.',
        all: spans(pointsOf(series, target, 'container.throttled_ms'), (ms) => ms > 0),
      },
      {
        series: 'go.sched_latency_over_10ms_percent',
        name: `times in which goroutines of ${target} waited over 10 ms for a P`,
        advice:
          'Look at what its Ps do then: a CPU profile of that step says. More Ps help only where the machine has CPU left.',
        all: spans(
          pointsOf(series, target, 'go.sched_latency_over_10ms_percent'),
          (percent) => percent > longWaitPercent,
        ),
      },
    ]
      .filter(({ all }) => all.length > 0)
      .map((kind) => ({ target, ...kind })),
  );
}

/** The times between looks whose value is one; each value is of the time since the look before. */
function spans(points: Series['points'], isOne: (value: number) => boolean): Moment[] {
  return points.flatMap(([untilUs, value], index) => {
    const fromUs = points[index - 1]?.[0];
    return fromUs !== undefined && isOne(value) ? [{ fromUs, untilUs }] : [];
  });
}
