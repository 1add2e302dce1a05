/** Readings turned into series over time, and the summary of each series within a step. */
import { meanOf, meanOverTime } from '../../model/buckets.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import type { Reading } from '../../model/sample.ts';
import { isOverTime, seriesInfo } from '../../model/series.ts';
import type { StepSpan } from './step-spans.ts';

/** Every series in the readings, sorted by name and target, points in time order; values that are not finite are left out. */
export function collectSeries(readings: readonly Reading[]): Series[] {
  const table = new Map<string, Series>();
  for (const { atUs, target, source, values } of readings) {
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isFinite(value)) continue;
      const key = `${name}\n${target}`;
      const series = table.get(key) ?? { name, target, unit: seriesInfo(name).unit, source, points: [] };
      series.points.push([Math.round(atUs), value]);
      table.set(key, series);
    }
  }
  const all = [...table.values()];
  for (const series of all) series.points.sort((a, b) => a[0] - b[0]);
  for (const series of all) if (isCountOfGoroutines(series.name)) fillWithZero(series, table);
  return all.sort((a, b) => compare(a.name, b.name) || compare(a.target, b.target));
}

/** Of one reason to wait, or of one state: a look that does not name it saw none. */
function isCountOfGoroutines(name: string): boolean {
  return /^goroutines\.(waiting\.|runnable$|syscall$)/.test(name);
}

/** Looks before the first that had such a goroutine had none; every look has a total. */
function fillWithZero({ points, target }: Series, table: ReadonlyMap<string, Series>): void {
  const [firstUs] = points[0] ?? [];
  const looks = table.get(`goroutines.total\n${target}`)?.points ?? [];
  if (firstUs !== undefined)
    points.unshift(...looks.filter(([atUs]) => atUs < firstUs).map(([atUs]): [number, number] => [atUs, 0]));
}

/** For each target, each series that has points within the step: mean, least, greatest and last of those points. */
export function stepTargets(span: StepSpan, series: readonly Series[]): StepResult['targets'] {
  const targets: StepResult['targets'] = {};
  for (const { name, target, points } of series) {
    const first = points.findIndex(([atUs]) => atUs >= span.startUs);
    const own = points.filter(([atUs]) => atUs >= span.startUs && atUs < span.endUs);
    const last = own.at(-1)?.[1];
    if (last === undefined) continue;
    let [min, max] = [last, last];
    for (const [, value] of own) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    const mean = isOverTime(name)
      ? meanOverTime(own, Math.max(points[first - 1]?.[0] ?? 0, span.startUs))
      : meanOf(own);
    const ofTarget = targets[target] ?? {};
    ofTarget[name] = { mean: Number(mean.toPrecision(6)), min, max, last };
    targets[target] = ofTarget;
  }
  return targets;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
