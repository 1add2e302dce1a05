/** Readings turned into series over time, and the summary of each series within each step. */
import { meanOf, meanOverTime } from '../../model/buckets.ts';
import { ReadingTable } from '../../model/reading-table.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import type { Reading } from '../../model/sample.ts';
import { countOf, isOverTime } from '../../model/series.ts';
import type { StepSpan } from './step-spans.ts';

/**
 * Every series in the readings and in those that were `kept` in columns, sorted by name and target, points in time order; values that are
 * not finite are left out.
 */
export function collectSeries(readings: Iterable<Reading>, kept?: ReadingTable): Series[] {
  const table = new ReadingTable();
  for (const reading of readings) table.add(reading);
  return [...table.series(wholeOf), ...(kept?.series(wholeOf) ?? [])].sort(
    (a, b) => compare(a.name, b.name) || compare(a.target, b.target),
  );
}

/** The series of which this one is a part: a look that has the whole and does not name the part saw none of it. */
function wholeOf(name: string): string | undefined {
  if (/^goroutines\.(?:waiting\.|runnable$|syscall$)/.test(name)) return 'goroutines.total';
  return /^app\.requests_per_second\../.test(name) ? 'app.requests_per_second' : undefined;
}

/** For each step, and in it for each target, each series that has points within the step: mean, least, greatest and last of those points. */
export function stepTargets(spans: readonly StepSpan[], series: readonly Series[]): StepResult['targets'][] {
  const all = spans.map((): StepResult['targets'] => ({}));
  for (const { name, target, points } of series) {
    const count = countOf(name);
    const counted =
      count === undefined ? undefined : series.find((each) => each.name === count && each.target === target);
    for (const [place, span] of spans.entries()) {
      const found = within(name, points, counted?.points, span);
      const targets = all[place];
      if (!found || !targets) continue;
      const ofTarget = targets[target] ?? {};
      ofTarget[name] = found;
      targets[target] = ofTarget;
    }
  }
  return all;
}

function within(
  name: string,
  points: Series['points'],
  counted: Series['points'] | undefined,
  span: StepSpan,
): StepResult['targets'][string][string] | undefined {
  const first = firstFrom(points, span.startUs);
  const own = points.slice(first, firstFrom(points, span.endUs));
  const last = own.at(-1)?.[1];
  if (last === undefined) return undefined;
  let [min, max] = [last, last];
  for (const [, value] of own) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = () => {
    if (counted) return meanPerCount(own, counted, span.startUs);
    return isOverTime(name) ? meanOverTime(own, Math.max(points[first - 1]?.[0] ?? 0, span.startUs)) : meanOf(own);
  };
  return { mean: Number(mean().toPrecision(6)), min, max, last };
}

/** The index of the first point that is not before this moment, by halving. */
function firstFrom(points: Series['points'], us: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < us) low = middle + 1;
    else high = middle;
  }
  return low;
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
