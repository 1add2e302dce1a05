/** Readings in columns: an hour of many targets has millions of values, of which each as an object of its own would take ten times the memory. */
import { LocalQueueStrips } from './local-queue-strips.ts';
import type { LocalQueues } from './local-queues.ts';
import type { Series } from './run-result.ts';
import type { Reading } from './sample.ts';
import { seriesInfo } from './series.ts';
import { type SeriesColumns, setColumns } from './series-columns.ts';

/** Readings of one source on one target: moments, and a column for each name that is as long, or ends with the last value; NaN is no value. */
interface Looks {
  readonly target: string;
  readonly source: string;
  readonly atUs: number[];
  readonly columns: Map<string, number[]>;
}

/** So many points of the series that were looked at last are kept as made. */
const mostPoints = 60_000;

/** Readings, of which only what their series need is kept. */
export class ReadingTable {
  private readonly all = new Map<string, Looks>();
  private readonly strips = new LocalQueueStrips();

  /** Values that are not finite are left out. */
  add(reading: Reading): void {
    const { atUs, target, source, values } = reading;
    this.strips.add(reading);
    const key = `${source}\n${target}`;
    let looks = this.all.get(key);
    if (!looks) {
      looks = { target, source, atUs: [], columns: new Map() };
      this.all.set(key, looks);
    }
    const row = looks.atUs.push(Math.round(atUs)) - 1;
    for (const name in values) {
      const value = values[name];
      if (value === undefined || !Number.isFinite(value)) continue;
      let column = looks.columns.get(name);
      if (!column) {
        column = [];
        looks.columns.set(name, column);
      }
      while (column.length < row) column.push(Number.NaN);
      column.push(value);
    }
  }

  /** The local run queues in the readings, by target. */
  localQueues(): LocalQueues[] {
    return this.strips.strips();
  }

  /**
   * Every series in the readings, in the order of first appearance; points in time order, made when they are looked at. One of which
   * `wholeOf` names another is zero at the looks that have the other and not it.
   */
  series(wholeOf: (name: string) => string | undefined = () => undefined): Series[] {
    const parts = new Map<string, Part[]>();
    for (const looks of this.all.values()) {
      for (const name of looks.columns.keys()) {
        const key = `${name}\n${looks.target}`;
        const same = parts.get(key);
        if (same) same.push({ name, looks });
        else parts.set(key, [{ name, looks }]);
      }
    }
    const columns = new Recent<SeriesColumns>(({ atUs }) => atUs.length);
    const points = new Recent<Series['points']>((made) => made.length);
    return [...parts.values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const { name, looks } = first;
      const whole = wholeOf(name);
      const make = () => joined(same, whole === undefined ? [] : (parts.get(`${whole}\n${looks.target}`) ?? []));
      const series: Series = {
        ...{ name, target: looks.target, unit: seriesInfo(name).unit, source: looks.source },
        get points() {
          return points.take(series, () => pointsOf(columns.take(series, make)));
        },
      };
      setColumns(series, () => columns.take(series, make));
      return [series];
    });
  }
}

/** What was made of some series, of the one looked at last at the end. */
class Recent<Made> {
  private readonly kept = new Map<Series, Made>();
  private readonly lengthOf: (made: Made) => number;
  private count = 0;

  constructor(lengthOf: (made: Made) => number) {
    this.lengthOf = lengthOf;
  }

  take(key: Series, make: () => Made): Made {
    const known = this.kept.get(key);
    const made = known ?? make();
    this.kept.delete(key);
    this.kept.set(key, made);
    if (known) return made;
    this.count += this.lengthOf(made);
    for (const [oldest, own] of this.kept) {
      if (this.count <= mostPoints || oldest === key) break;
      this.kept.delete(oldest);
      this.count -= this.lengthOf(own);
    }
    return made;
  }
}

/** One series in the readings of one source. */
interface Part {
  readonly name: string;
  readonly looks: Looks;
}

/** The values of a series in order of time, with a zero at each look that has the whole and not it. */
function joined(parts: readonly Part[], whole: readonly Part[]): SeriesColumns {
  const own = inOrder(parts.map(columnsOfPart));
  if (whole.length === 0) return own;
  const named = new Set(own.atUs);
  const zeros = inOrder(whole.map(columnsOfPart)).atUs.filter((atUs) => !named.has(atUs));
  return zeros.length === 0 ? own : inOrder([own, { atUs: zeros, values: new Float64Array(zeros.length) }]);
}

function columnsOfPart({ name, looks }: Part): SeriesColumns {
  const column = looks.columns.get(name) ?? [];
  const atUs = new Float64Array(column.length);
  const values = new Float64Array(column.length);
  let length = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (value === undefined || Number.isNaN(value)) continue;
    atUs[length] = looks.atUs[row] ?? 0;
    values[length++] = value;
  }
  return length === column.length ? { atUs, values } : { atUs: atUs.slice(0, length), values: values.slice(0, length) };
}

function inOrder(all: readonly SeriesColumns[]): SeriesColumns {
  const [first] = all;
  const one = all.length === 1 ? first : undefined;
  const { atUs, values } = one ?? {
    atUs: Float64Array.from(all.flatMap((each) => [...each.atUs])),
    values: Float64Array.from(all.flatMap((each) => [...each.values])),
  };
  if (isSorted(atUs)) return { atUs, values };
  const order = Array.from(atUs.keys()).sort((a, b) => (atUs[a] ?? 0) - (atUs[b] ?? 0));
  return {
    atUs: Float64Array.from(order, (at) => atUs[at] ?? 0),
    values: Float64Array.from(order, (at) => values[at] ?? 0),
  };
}

function isSorted(atUs: Float64Array): boolean {
  for (let at = 1; at < atUs.length; at++) if ((atUs[at] ?? 0) < (atUs[at - 1] ?? 0)) return false;
  return true;
}

function pointsOf({ atUs, values }: SeriesColumns): Series['points'] {
  return Array.from(atUs, (us, at) => [us, values[at] ?? 0]);
}
