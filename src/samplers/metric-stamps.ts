/**
 * When the values of a page were true. Most pages do not say, and are of the moment they are asked; those of a cache or a federation do.
 */
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import type { Clock } from '../model/host.ts';
import { formatDurationMs } from '../model/units.ts';

/** The time of a reading on the clock of the run; undefined when there is nothing new in the page, or it is from before the run. */
export interface StampedTime {
  readonly atUs: number | undefined;
  /** What is wrong with the stamps; goes on from the address of the page. */
  readonly doubt?: string;
}

/** A value this much older than its answer is not one of now. */
const oldMs = 5000;

/** Takes the answers of one page in turn, each with the moment it was asked for. */
export function createStampedTime({ originWallMs }: Pick<Clock, 'originWallMs'>) {
  let lastMs: number | undefined;
  return (askedUs: number, samples: readonly MetricSample[]): StampedTime => {
    const stamps = samples.flatMap(({ atMs }) => atMs ?? []);
    if (stamps.length === 0) return { atUs: askedUs };
    const askedMs = originWallMs + askedUs / 1000;
    const oldest = stamps.reduce((a, b) => Math.min(a, b));
    const age = askedMs - oldest;
    const isOld = age > oldMs;
    const years = `stamps of ${new Date(oldest).toISOString()}`;
    const doubt = isOld
      ? `has values with ${years}, ${formatDurationMs(Math.round(age / 1000) * 1000)} before they were asked for`
      : undefined;
    if (stamps.length < samples.length)
      return { atUs: askedUs, ...(doubt === undefined ? {} : { doubt: `${doubt}; they are taken as of now` }) };
    const newest = stamps.reduce((a, b) => Math.max(a, b));
    const isNew = newest !== lastMs;
    lastMs = newest;
    const atUs = Math.min(askedUs, (newest - originWallMs) * 1000);
    const how = 'each is counted once, at its stamp; give the address of the process itself';
    return {
      atUs: isNew && atUs >= 0 ? atUs : undefined,
      ...(doubt === undefined ? {} : { doubt: `${doubt}; ${how}` }),
    };
  };
}
