/** What came of the arrivals due in the last seconds, and of the last steps, merged as it comes in; what is older is no longer changed. */
import { decodeHistogram, newHistogram } from '../model/histogram.ts';
import type { LoadWindow } from '../model/load.ts';

type Histogram = ReturnType<typeof newHistogram>;

/** Seconds and steps that can still change: longer than nearly every timeout. A histogram takes about 100 KB. */
const openSeconds = 60;
const openSteps = 4;
const recentSeconds = 3;

/** Two percentiles of response time, microseconds; undefined while nothing has ended. */
export interface Percentiles {
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
}

/** The arrivals due in one second so far. */
interface Second extends Percentiles {
  /** Failed, timed out or dropped. */
  readonly lost: number;
}

/** The latest due seconds and steps of a load. */
export class LatestSeconds {
  private readonly seconds = new Map<number, Histogram>();
  private readonly lost = new Map<number, number>();
  private readonly steps = new Map<number, Histogram>();

  /** Takes a window; what its second came to with it, undefined when that is too long ago to be known. */
  take(window: LoadWindow): Second | undefined {
    const second = secondOf(window);
    const response = decodeHistogram(window.response);
    addTo(this.steps, window.step, response, openSteps);
    const merged = addTo(this.seconds, second, response, openSeconds);
    if (merged === undefined) return undefined;
    const lost = (this.lost.get(second) ?? 0) + window.failed + window.timedOut + window.dropped;
    this.lost.set(second, lost);
    for (const known of this.lost.keys()) if (!this.seconds.has(known)) this.lost.delete(known);
    return { lost, ...percentilesOf(merged) };
  }

  /** Of a step; undefined when it is long over. */
  ofStep(step: number): Percentiles | undefined {
    const histogram = this.steps.get(step);
    return histogram && percentilesOf(histogram);
  }

  /** Of the arrivals due in the last seconds. */
  recent(): Percentiles {
    const last = Math.max(...this.seconds.keys());
    const merged = newHistogram();
    for (const [second, histogram] of this.seconds) if (second > last - recentSeconds) merged.add(histogram);
    return percentilesOf(merged);
  }
}

function secondOf({ dueUs }: LoadWindow): number {
  return Math.floor(dueUs / 1e6);
}

/** Adds to the histogram of a key, of which only the `most` greatest keys have one; undefined for a key that is too small. */
function addTo(all: Map<number, Histogram>, key: number, added: Histogram, most: number): Histogram | undefined {
  const own = all.get(key);
  if (!own && all.size >= most) {
    const least = Math.min(...all.keys());
    if (key < least) return undefined;
    all.delete(least);
  }
  const merged = own ?? newHistogram();
  merged.add(added);
  all.set(key, merged);
  return merged;
}

function percentilesOf(histogram: Histogram): Percentiles {
  if (histogram.totalCount === 0) return { p50Us: undefined, p99Us: undefined };
  return { p50Us: histogram.getValueAtPercentile(50), p99Us: histogram.getValueAtPercentile(99) };
}
