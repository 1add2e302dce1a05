/** One series in a bounded number of points, however long it gets: when they are too many, the stretches they stand for double. */
import type { LiveMerge } from '../model/live.ts';

/** No live series holds more points than this. */
export const mostLivePoints = 600;

/** The shortest stretch that has a point of its own once points were merged, seconds. */
const leastStretchS = 1;

interface Point {
  /** The moment of its value, or of its latest one for a mean. */
  atS: number;
  value: number;
  /** How many values the mean is of. */
  count: number;
  changed: number;
}

/** Points in the order of time, each with the number of the change that made it what it is. */
export class BoundedSeries {
  private readonly merge: LiveMerge;
  private points: Point[] = [];
  /** 0 while every moment has its own point. */
  private stretchS = 0;
  /** The change after which everything is to be sent anew. */
  private remadeAt = 0;

  /** An empty series. */
  constructor(merge: LiveMerge) {
    this.merge = merge;
  }

  /** Takes a value; one at a moment that has its own point replaces it. */
  add(atS: number, value: number, change: number): void {
    if (!Number.isFinite(value) || !Number.isFinite(atS)) return;
    const index = this.indexOf(atS);
    const point = this.points[index];
    if (point !== undefined && this.stretchOf(point.atS) === this.stretchOf(atS))
      mergeInto(point, { atS, value, change }, this.merge);
    else this.points.splice(index + 1, 0, { atS, value, count: 1, changed: change });
    if (this.points.length > mostLivePoints) this.coarsen(change);
  }

  /** What changed after `since`, as the points that stay and those that follow them; undefined when nothing did. */
  changesAfter(since: number): { readonly keep: number; readonly t: number[]; readonly v: number[] } | undefined {
    const first = this.remadeAt > since ? 0 : this.points.findIndex(({ changed }) => changed > since);
    if (first < 0 || this.points.length === 0) return undefined;
    const sent = this.points.slice(first);
    return {
      keep: first,
      t: sent.map(({ atS }) => Math.round(atS * 1000) / 1000),
      v: sent.map(({ value }) => Number(value.toPrecision(6))),
    };
  }

  /** The last point that is not after the moment, or of its stretch; -1 when all are after. Most moments are the latest. */
  private indexOf(atS: number): number {
    const stretch = this.stretchOf(atS);
    let index = this.points.length - 1;
    while (index >= 0 && this.stretchOf(this.points[index]?.atS ?? 0) > stretch) index--;
    return index;
  }

  private stretchOf(atS: number): number {
    return this.stretchS === 0 ? atS : Math.floor(atS / this.stretchS);
  }

  private coarsen(change: number): void {
    const [first, last] = [this.points[0]?.atS ?? 0, this.points.at(-1)?.atS ?? 0];
    const points = this.points;
    this.stretchS = Math.max(leastStretchS, 2 * this.stretchS, (2 * (last - first)) / mostLivePoints);
    this.points = [];
    for (const { atS, value, count } of points) {
      const before = this.points.at(-1);
      if (before && this.stretchOf(before.atS) === this.stretchOf(atS))
        mergeInto(before, { atS, value, change, count }, this.merge);
      else this.points.push({ atS, value, count, changed: change });
    }
    this.remadeAt = change;
  }
}

interface Value {
  readonly atS: number;
  readonly value: number;
  readonly change: number;
  readonly count?: number;
}

function mergeInto(point: Point, { atS, value, change, count = 1 }: Value, merge: LiveMerge): void {
  if (atS === point.atS && point.count === 1) point.value = value;
  else if (merge === 'greatest') {
    if (value < point.value) return;
    Object.assign(point, { atS, value });
  } else {
    point.value = (point.value * point.count + value * count) / (point.count + count);
    point.count += count;
    point.atS = Math.max(point.atS, atS);
  }
  point.changed = change;
}
