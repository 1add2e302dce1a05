/** Readings in columns: an hour of many targets has millions of values, of which each as an object of its own would take ten times the memory. */
import type { Series } from './run-result.ts';
import type { Reading } from './sample.ts';
import { seriesInfo } from './series.ts';

/** Readings of one source on one target: moments, and a column for each name that is as long, or ends with the last value; NaN is no value. */
interface Looks {
  readonly target: string;
  readonly source: string;
  readonly atUs: number[];
  readonly columns: Map<string, number[]>;
}

/** So many points of the series that were looked at last are kept as points. */
const mostPoints = 60_000;

/** Readings, of which only what their series need is kept. */
export class ReadingTable {
  private readonly all = new Map<string, Looks>();

  /** Values that are not finite are left out. */
  add({ atUs, target, source, values }: Reading): void {
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
    const recent = new Recent();
    return [...parts.values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const { name, looks } = first;
      const whole = wholeOf(name);
      const make = () =>
        withZeros(pointsOf(same), whole === undefined ? [] : (parts.get(`${whole}\n${looks.target}`) ?? []));
      return [
        {
          ...{ name, target: looks.target, unit: seriesInfo(name).unit, source: looks.source },
          get points() {
            return recent.take(this, make);
          },
        },
      ];
    });
  }
}

/** The points of some series, the one looked at last at the end. */
class Recent {
  private readonly kept = new Map<object, Series['points']>();
  private count = 0;

  take(key: object, make: () => Series['points']): Series['points'] {
    const known = this.kept.get(key);
    const points = known ?? make();
    this.kept.delete(key);
    this.kept.set(key, points);
    if (known) return points;
    this.count += points.length;
    for (const [oldest, own] of this.kept) {
      if (this.count <= mostPoints || oldest === key) break;
      this.kept.delete(oldest);
      this.count -= own.length;
    }
    return points;
  }
}

/** One series in the readings of one source. */
interface Part {
  readonly name: string;
  readonly looks: Looks;
}

function withZeros(points: Series['points'], whole: readonly Part[]): Series['points'] {
  if (whole.length === 0) return points;
  const named = new Set(points.map(([atUs]) => atUs));
  const zeros = pointsOf(whole).flatMap(([atUs]): Series['points'] => (named.has(atUs) ? [] : [[atUs, 0]]));
  return zeros.length === 0 ? points : [...points, ...zeros].sort((a, b) => a[0] - b[0]);
}

function pointsOf(parts: readonly Part[]): Series['points'] {
  const points: Series['points'] = [];
  for (const { name, looks } of parts) {
    const { atUs } = looks;
    const column = looks.columns.get(name) ?? [];
    for (let row = 0; row < column.length; row++) {
      const value = column[row];
      if (value !== undefined && !Number.isNaN(value)) points.push([atUs[row] ?? 0, value]);
    }
  }
  return isSorted(points) ? points : points.sort((a, b) => a[0] - b[0]);
}

function isSorted(points: Series['points']): boolean {
  for (let at = 1; at < points.length; at++) if ((points[at]?.[0] ?? 0) < (points[at - 1]?.[0] ?? 0)) return false;
  return true;
}
