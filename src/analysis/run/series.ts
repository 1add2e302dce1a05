/** Readings turned into series over time, and the summary of each series within each step. */
import { ReadingTable } from '../../model/reading-table.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import type { Reading } from '../../model/sample.ts';
import { countOf, isOverTime } from '../../model/series.ts';
import { columnsOf, firstFrom, meanOf, meanOverTime, rangeOf, type SeriesColumns } from '../../model/series-columns.ts';
import { seriesOf } from './series-lookup.ts';
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
  for (const each of series) {
    const { name, target } = each;
    const count = countOf(name);
    const counted = count === undefined ? undefined : seriesOf(series, target, count);
    const columns = columnsOf(each);
    for (const [place, span] of spans.entries()) {
      const found = within(name, columns, counted && columnsOf(counted), span);
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
  columns: SeriesColumns,
  counted: SeriesColumns | undefined,
  span: StepSpan,
): StepResult['targets'][string][string] | undefined {
  const { atUs, values } = columns;
  const [from, to] = [firstFrom(atUs, span.startUs), firstFrom(atUs, span.endUs)];
  if (from === to) return undefined;
  const mean = () => {
    if (counted) return meanPerCount(columns, from, to, counted, span.startUs);
    return isOverTime(name)
      ? meanOverTime(columns, from, to, Math.max(atUs[from - 1] ?? 0, span.startUs))
      : meanOf(values, from, to);
  };
  return { mean: Number(mean().toPrecision(6)), ...rangeOf(values, from, to), last: values[to - 1] ?? 0 };
}

/** Each value weighs as much as what was counted in its time: the mean of all of that. */
function meanPerCount(own: SeriesColumns, from: number, to: number, rates: SeriesColumns, startUs: number): number {
  const valueAt = new Map<number, number>();
  for (let at = from; at < to; at++) valueAt.set(own.atUs[at] ?? 0, own.values[at] ?? 0);
  let [sum, counted, beforeUs] = [0, 0, startUs];
  for (const [at, rate] of rates.values.entries()) {
    const atUs = rates.atUs[at] ?? 0;
    const count = rate * Math.max(0, atUs - Math.max(beforeUs, startUs));
    const value = valueAt.get(atUs);
    if (value !== undefined) {
      sum += value * count;
      counted += count;
    }
    beforeUs = atUs;
  }
  return counted > 0 ? sum / counted : meanOf(own.values, from, to);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
