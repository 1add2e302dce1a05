/** What the charts draw, as it is embedded in the page; times in seconds since the origin, latencies in milliseconds, sizes in MiB. */
import { inBuckets } from '../../../model/buckets.ts';
import type { ResultSeries, RunResult } from '../../../model/run-result.ts';
import { seriesInfo } from '../../../model/series.ts';
import { type BrokenLook, brokenLook, brokenOf } from '../broken-steps.ts';
import { type DrawnPoint, keepExtremes, maxDrawnPoints, usualIntervalS, withHoles } from './downsample.ts';

/** A colour as a name of the palette, and how far it is mixed towards the paper (0 to 1). */
export interface Colour {
  readonly name: string;
  readonly fade: number;
}

/** One series as columns; `everyS` is its usual interval, 0 when it has none. */
export interface DrawnSeries {
  readonly name: string;
  readonly target: string;
  readonly title: string;
  readonly unit: string;
  readonly everyS: number;
  readonly t: readonly number[];
  readonly v: readonly (number | null)[];
  /** Of a series whose points are means, the least and the greatest value of the time that each of them stands for. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** A stretch of the time axis with a name. */
export interface Band {
  readonly name: string;
  readonly kind: 'warmup' | 'measure' | 'drain';
  readonly fromS: number;
  readonly toS: number;
  /** How it is tinted, where it broke. */
  readonly broke?: BrokenLook;
}

/** A fault, from when to when it was in force, and when users were well again; never is told from not known. */
export interface FaultBand {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
  readonly wellS?: number;
  readonly isNeverWell?: boolean;
}

/** A moment to mark in the charts. */
export interface Mark {
  readonly atS: number;
  readonly text: string;
}

/** A target, with the colour it has in every chart; the generator and the host are targets that are not under test. */
export interface DrawnTarget {
  readonly id: string;
  readonly service: string;
  readonly underTest: boolean;
  readonly colour: Colour;
}

/** Colours that tell targets apart or, when these are more than the colours, services; in the order they are given out. */
export const targetColours = ['blue', 'orange', 'green', 'purple', 'sky', 'red', 'olive', 'brown'];

/** Units whose numbers are too long for an axis, and what they are drawn in. */
export const drawnUnits: Readonly<Record<string, { readonly unit: string; readonly scale: number }>> = {
  us: { unit: 'ms', scale: 1 / 1000 },
  bytes: { unit: 'MiB', scale: 1 / 1024 ** 2 },
  'bytes/s': { unit: 'MiB/s', scale: 1 / 1024 ** 2 },
};

/** Every series as columns to draw. */
export function drawnSeries(result: RunResult): readonly DrawnSeries[] {
  const stackTimes = timesOfStacks(result.series);
  const { fromS, toS } = timeSpan(result);
  return result.series.map((whole) => {
    const series = fewBuckets(whole, toS - fromS);
    const { unit, scale } = drawnUnits[series.unit] ?? { unit: series.unit, scale: 1 };
    const holed = withHoles(series, result.gaps);
    const points = series.bucketUs === undefined ? thin(holed, stackTimes.get(stackKey(series))) : holed;
    const drawn = (value: number | null) => (value === null ? null : Number((value * scale).toPrecision(6)));
    return {
      name: series.name,
      target: series.target,
      title: seriesInfo(series.name).title,
      unit,
      everyS: round(usualIntervalS(series)),
      t: points.map(([atS]) => round(atS)),
      v: points.map(([, value]) => drawn(value)),
      ...(series.bucketUs === undefined ? {} : spreadOf(points, series, drawn)),
    };
  });
}

/** Buckets of a long run, or several in one, so that there are not too many to draw; the same of all series, which may be stacked. */
function fewBuckets(series: ResultSeries, spanS: number): ResultSeries {
  const { bucketUs } = series;
  if (bucketUs === undefined) return series;
  const together = Math.ceil((spanS * 1e6) / bucketUs / maxDrawnPoints);
  return together > 1 ? inBuckets(series, together * bucketUs) : series;
}

function spreadOf(
  points: readonly DrawnPoint[],
  series: ResultSeries,
  drawn: (value: number | null) => number | null,
): Pick<DrawnSeries, 'low' | 'high'> {
  const buckets = new Map(series.points.map(([atUs, mean, min = mean, max = mean]) => [atUs / 1e6, { min, max }]));
  const at = (atS: number, value: number | null) => (value === null ? undefined : buckets.get(atS));
  return {
    low: points.map(([atS, value]) => drawn(at(atS, value)?.min ?? null)),
    high: points.map(([atS, value]) => drawn(at(atS, value)?.max ?? null)),
  };
}

/** Steps as bands of the time axis. */
export function bands(result: RunResult): readonly Band[] {
  const broken = brokenOf(result);
  return result.steps.map((step) => {
    const { name, kind, startUs, durationUs } = step;
    const broke = brokenLook(step, broken);
    const band = { name, kind, fromS: startUs / 1e6, toS: (startUs + durationUs) / 1e6 };
    return broke ? { ...band, broke } : band;
  });
}

/** Faults that were in force, as bands of the time axis. */
export function faultBands(result: RunResult): readonly FaultBand[] {
  const { toS } = timeSpan(result);
  return (result.faults ?? []).flatMap(({ name, startUs, endUs, recovery }): FaultBand[] => {
    if (startUs === undefined) return [];
    const { state, afterUs } = recovery;
    return [
      {
        name,
        fromS: round(startUs / 1e6),
        toS: endUs === undefined ? toS : round(endUs / 1e6),
        ...(state === 'recovered' && afterUs !== undefined ? { wellS: round((startUs + afterUs) / 1e6) } : {}),
        ...(state === 'not-recovered' ? { isNeverWell: true } : {}),
      },
    ];
  });
}

/** First and last moment that the result knows of, in seconds. */
export function timeSpan(result: RunResult): { readonly fromS: number; readonly toS: number } {
  let fromS = Number.POSITIVE_INFINITY;
  let toS = Number.NEGATIVE_INFINITY;
  const include = (atS: number) => {
    fromS = Math.min(fromS, atS);
    toS = Math.max(toS, atS);
  };
  for (const band of bands(result)) {
    include(band.fromS);
    include(band.toS);
  }
  for (const { points } of result.series) {
    for (const point of [points[0], points.at(-1)]) if (point) include(point[0] / 1e6);
  }
  return fromS < toS ? { fromS, toS } : { fromS: 0, toS: 1 };
}

/** Targets under test, then generator and host. Of many targets, replicas of a service share a colour and differ in its strength. */
export function drawnTargets(result: RunResult): readonly DrawnTarget[] {
  const { targets } = result.environment;
  const services = [...new Set(targets.map((target) => target.service))];
  const few = targets.length <= targetColours.length;
  const known = targets.map(({ id, service }, index) => {
    const replicas = targets.filter((other) => other.service === service);
    const place = replicas.findIndex((other) => other.id === id) / replicas.length;
    const name = targetColours[(few ? index : services.indexOf(service)) % targetColours.length] ?? 'blue';
    return { id, service, underTest: true, colour: { name, fade: few ? 0 : place * 0.7 } };
  });
  const ids = new Set(targets.map((target) => target.id));
  const others = [...new Set(result.series.map((series) => series.target))].filter((id) => !ids.has(id));
  return [...known, ...others.map((id) => ({ id, service: id, underTest: false, colour: ownColour(id) }))];
}

function ownColour(id: string): Colour {
  return { name: id === 'host' ? 'muted' : 'ink', fade: 0 };
}

function stackKey(series: ResultSeries): string {
  return series.name.startsWith('goroutines.') ? series.target : '';
}

/** Goroutine series of one target are stacked, so they must keep the same moments: those of their total. */
function timesOfStacks(all: readonly ResultSeries[]): ReadonlyMap<string, ReadonlySet<number>> {
  const times = new Map<string, ReadonlySet<number>>();
  for (const series of all) {
    if (series.name !== 'goroutines.total') continue;
    const points = series.points.map(([us, value]): DrawnPoint => [us / 1e6, value]);
    times.set(series.target, new Set(keepExtremes(points, maxDrawnPoints).map(([atS]) => atS)));
  }
  return times;
}

function thin(points: readonly DrawnPoint[], times: ReadonlySet<number> | undefined): readonly DrawnPoint[] {
  if (points.length <= maxDrawnPoints) return points;
  const shared = times === undefined ? points : points.filter(([atS, value]) => value === null || times.has(atS));
  return keepExtremes(shared, maxDrawnPoints);
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
