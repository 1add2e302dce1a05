/** Values over time in bounded memory: as many of them share a point as are needed, and every peak and valley stays. */
import type { InspectSeries } from '../../model/inspected-process.ts';

type Point = readonly [atS: number, value: number];

/** Takes values in the order of their time. */
export interface Timeline {
  add(atS: number, value: number): void;
  series(): InspectSeries;
}

interface Bin {
  low: Point;
  high: Point;
  count: number;
}

const maxBins = 300;

/** A timeline of the series with this name, empty. */
export function createTimeline(name: string): Timeline {
  let bins: Bin[] = [];
  let perBin = 1;

  return {
    add(atS, value) {
      const point: Point = [Math.round(atS * 1000) / 1000, value];
      const last = bins.at(-1);
      if (!last || last.count >= perBin) bins.push({ low: point, high: point, count: 1 });
      else {
        if (value < last.low[1]) last.low = point;
        if (value > last.high[1]) last.high = point;
        last.count += 1;
      }
      if (bins.length <= maxBins) return;
      bins = bins.flatMap((bin, at) => (at % 2 === 0 ? [merged(bin, bins[at + 1])] : []));
      perBin *= 2;
    },
    series: () => ({ name, points: bins.flatMap(pointsOf) }),
  };
}

function merged(left: Bin, right: Bin | undefined): Bin {
  if (!right) return left;
  return {
    low: right.low[1] < left.low[1] ? right.low : left.low,
    high: right.high[1] > left.high[1] ? right.high : left.high,
    count: left.count + right.count,
  };
}

function pointsOf({ low, high }: Bin): readonly Point[] {
  if (low === high) return [low];
  return low[0] <= high[0] ? [low, high] : [high, low];
}
