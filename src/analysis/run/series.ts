/** Readings turned into series over time, and the summary of each series within a step. */
import { meanOf, meanOverTime } from '../../model/buckets.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import type { Reading } from '../../model/sample.ts';
import { countOf, isOverTime, seriesInfo } from '../../model/series.ts';
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
  for (const series of all) fillWithZero(series, table.get(`${wholeOf(series.name)}\n${series.target}`));
  for (const series of all) series.points.sort((a, b) => a[0] - b[0]);
  return all.sort((a, b) => compare(a.name, b.name) || compare(a.target, b.target));
}

/** The series of which this one is a part: a look that has the whole and does not name the part saw none of it. */
function wholeOf(name: string): string | undefined {
  if (/^goroutines\.(?:waiting\.|runnable$|syscall$)/.test(name)) return 'goroutines.total';
  return /^app\.requests_per_second\../.test(name) ? 'app.requests_per_second' : undefined;
}

function fillWithZero({ points }: Series, whole: Series | undefined): void {
  if (!whole) return;
  const named = new Set(points.map(([atUs]) => atUs));
  for (const [atUs] of whole.points) if (!named.has(atUs)) points.push([atUs, 0]);
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
    const counted = series.find((each) => each.name === countOf(name) && each.target === target);
    const mean = counted
      ? meanPerCount(own, counted.points, span.startUs)
      : isOverTime(name)
        ? meanOverTime(own, Math.max(points[first - 1]?.[0] ?? 0, span.startUs))
        : meanOf(own);
    const ofTarget = targets[target] ?? {};
    ofTarget[name] = { mean: Number(mean.toPrecision(6)), min, max, last };
    targets[target] = ofTarget;
  }
  return targets;
}

/** Each value weighs as much as what was counted in its time: the mean of all of that. */
function meanPerCount(own: Series['points'], rates: Series['points'], startUs: number): number {
  const valueAt = new Map(own.map(([atUs, value]) => [atUs, value]));
  let [sum, counted, beforeUs] = [0, 0, startUs];
  for (const [atUs, rate] of rates) {
    const count = rate * Math.max(0, atUs - Math.max(beforeUs, startUs));
    const value = valueAt.get(atUs);
    if (value !== undefined) {
      sum += value * count;
      counted += count;
    }
    beforeUs = atUs;
  }
  return counted > 0 ? sum / counted : meanOf(own);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
