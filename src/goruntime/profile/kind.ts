/** What the header of a Go profile says about its values: whether they belong to a window, to a moment, or to the process's whole life. */
import type { PprofProfile } from './types.ts';

/**
 * How a column's values go together over time: those of an `interval` add up; of a `gauge` one takes the last or the
 * average, for each profile counts the same things again; those that are `cumulative` only mean something as the
 * difference of two. The values of several processes add up in any case.
 */
export type ColumnKind = 'interval' | 'gauge' | 'cumulative' | 'unknown';

/**
 * The kind of each column, by the headers that runtime/pprof and fgprof write. A counter or gauge over a time is a difference already
 * (net/http/pprof's `?seconds=`, godeltaprof): those of consecutive windows add up.
 */
export function columnKinds({ sampleTypes, periodType, durationNanos }: PprofProfile): readonly ColumnKind[] {
  const period = `${periodType.type}/${periodType.unit}`;
  const kinds = sampleTypes.map(({ type, unit }): ColumnKind => {
    if (period === 'cpu/nanoseconds' || period === 'wallclock/nanoseconds') return 'interval';
    if (period === 'contentions/count') return 'cumulative';
    if (period === 'space/bytes' && type.startsWith('alloc_')) return 'cumulative';
    if (period === 'space/bytes' && type.startsWith('inuse_')) return 'gauge';
    return unit === 'count' && period === `${type}/count` ? 'gauge' : 'unknown';
  });
  return durationNanos > 0n ? kinds.map((kind) => (kind === 'unknown' ? kind : 'interval')) : kinds;
}
