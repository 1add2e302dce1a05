/** Series of several runs on one clock: that of the steps which they have in common, one behind the other. */
import type { DiffChart, RunDiff } from '../../model/run-diff.ts';
import type { RunResult } from '../../model/run-result.ts';
import { seriesInfo } from '../../model/series.ts';
import type { Meeting } from './met-steps.ts';

type Point = [atS: number, value: number];

/** Series that are drawn where a run has them, in this order; of the generator and the host first. */
const ofLoad: readonly (readonly [target: string, series: string])[] = [
  ['generator', 'load.response_p99_us'],
  ['generator', 'load.response_p50_us'],
  ['generator', 'load.completed_rps'],
  ['generator', 'load.in_flight'],
  ['host', 'host.cpu_percent'],
];
const ofServices = [
  'container.cpu_percent',
  'sched.runqueue',
  'sched.idleprocs',
  'sched.gomaxprocs',
  'go.sched_latency_over_1ms_percent',
  'goroutines.total',
  'go.goroutines',
  'gc.heap_live_mib',
  'go.heap_live_bytes',
  'gc.cpu_percent',
  'go.gc_cycles_per_second',
  'go.alloc_bytes_per_second',
  'container.memory_mib',
  'container.throttled_ms',
];

/** Units whose numbers are too long for people, and what they are told in. */
const toldIn: Readonly<Record<string, { readonly unit: string; readonly scale: number }>> = {
  bytes: { unit: 'MiB', scale: 1 / 1024 ** 2 },
  'bytes/s': { unit: 'MiB/s', scale: 1 / 1024 ** 2 },
};

/** So many points of a line can be told apart on a page. */
const mostPoints = 240;

/** Where each meeting lies on the common clock: as long as the shortest of its steps. */
export function commonClock(meetings: readonly Meeting[]): RunDiff['clock'] {
  let fromS = 0;
  return meetings.map(({ shape, steps }) => {
    const seconds = Math.min(...steps.flatMap((each) => (each ? [each.step.durationUs / 1e6] : [])));
    const place = { shape, fromS, toS: fromS + seconds };
    fromS += seconds;
    return place;
  });
}

/** A chart for each series that two or more runs have, or one under test in any of them. */
export function diffCharts(
  results: readonly RunResult[],
  meetings: readonly Meeting[],
  clock: RunDiff['clock'],
): DiffChart[] {
  const services = [
    ...new Set(results.flatMap(({ environment }) => environment.targets.map(({ service }) => service))),
  ];
  const wanted = [...ofLoad, ...services.flatMap((service) => ofServices.map((series) => [service, series] as const))];
  return wanted.flatMap(([service, series]) => chartOf(service, series, { results, meetings, clock }) ?? []);
}

interface Ground {
  readonly results: readonly RunResult[];
  readonly meetings: readonly Meeting[];
  readonly clock: RunDiff['clock'];
}

function chartOf(service: string, series: string, { results, meetings, clock }: Ground): DiffChart | undefined {
  const { title, unit: own } = seriesInfo(series);
  const { unit, scale } = toldIn[own] ?? { unit: own, scale: 1 };
  const lines = results.map((result, run) => {
    const points = pointsOf(result, service, series);
    return meetings.flatMap(({ steps }, index) => {
      const [step, place] = [steps[run]?.step, clock[index]];
      if (!step || !place) return [];
      return points
        .map(([atUs, value]): Point => [(atUs - step.startUs) / 1e6 + place.fromS, value * scale])
        .filter(([atS]) => atS >= place.fromS && atS < place.toS);
    });
  });
  if (lines.every((points) => points.length < 2)) return undefined;
  return {
    service,
    series,
    title,
    unit,
    steps: clock.map(({ shape, fromS, toS }) => ({
      shape,
      means: lines.map((points) => meanIn(points, fromS, toS)),
    })),
    lines: lines.map((points) => binned(points, (clock.at(-1)?.toS ?? 0) / mostPoints)),
  };
}

/** Of all replicas of a service, in the order of time. */
function pointsOf({ series: all, environment }: RunResult, service: string, name: string): Point[] {
  const ids = environment.targets.filter((target) => target.service === service).map(({ id }) => id);
  const targets = new Set([service, ...ids]);
  return all
    .filter((series) => series.name === name && targets.has(series.target))
    .flatMap(({ points }) => points.map(([atUs, value]): Point => [atUs, value]))
    .sort(([a], [b]) => a - b);
}

function meanIn(points: readonly Point[], fromS: number, toS: number): number | null {
  const own = points.filter(([atS]) => atS >= fromS && atS < toS);
  return own.length === 0 ? null : own.reduce((sum, [, value]) => sum + value, 0) / own.length;
}

/** The mean of each stretch of time: at least a second, in which each replica was seen once. */
function binned(points: readonly Point[], leastS: number): Point[] {
  const widthS = Math.max(1, leastS);
  const bins = new Map<number, Point[]>();
  for (const point of points) {
    const bin = Math.floor(point[0] / widthS);
    bins.set(bin, [...(bins.get(bin) ?? []), point]);
  }
  const round = (value: number) => Number(value.toPrecision(6));
  return [...bins.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, own]): Point => {
      const mean = (at: 0 | 1) => own.reduce((sum, point) => sum + point[at], 0) / own.length;
      return [Number(mean(0).toFixed(2)), round(mean(1))];
    });
}
