/** How many samples of the runtime's profiler stand behind the values of a stack: what chance had its part in. */
import type { PprofProfile, ProfileSample } from './types.ts';

/**
 * What the profile itself does not say of contention profiles: their rate, as `runtime.SetMutexProfileFraction` (one of so many
 * events) or `runtime.SetBlockProfileRate` (one for so many nanoseconds waited) has set it.
 */
export type ContentionRate = { readonly mutexFraction: number } | { readonly blockRateNs: number };

/** The samples behind a stack, estimated where the profile holds estimates; or why they are not known. */
export type SampleCounts = { readonly countOf: (sample: ProfileSample) => number } | { readonly unknown: string };

/** Of one profile; `column` is the one whose values are of interest (in use or allocated, of a heap profile). */
export function sampleCounts(profile: PprofProfile, column: number, rate?: ContentionRate): SampleCounts {
  const period = `${profile.periodType.type}/${profile.periodType.unit}`;
  const indexOf = (type: string) => profile.sampleTypes.findIndex((each) => each.type === type);
  if (period === 'cpu/nanoseconds') return cpuCounts(profile, indexOf('samples'), indexOf('cpu'));
  if (period === 'space/bytes') {
    const kind = profile.sampleTypes[column]?.type.startsWith('inuse_') ? 'inuse' : 'alloc';
    return heapCounts(indexOf(`${kind}_objects`), indexOf(`${kind}_space`), Number(profile.period));
  }
  if (period === 'contentions/count') return contentionCounts(indexOf('contentions'), indexOf('delay'), rate);
  if (period === 'wallclock/nanoseconds') {
    return {
      unknown: 'a goroutine that waits is seen again in every look, so that its samples do not vary like chance',
    };
  }
  return { unknown: `how a profile of ${period === '/' ? 'no period' : period} was sampled is not known` };
}

function cpuCounts(profile: PprofProfile, samples: number, cpu: number): SampleCounts {
  if (samples >= 0) return { countOf: ({ values }) => Number(values[samples] ?? 0n) };
  if (cpu < 0 || profile.period <= 0n) return { unknown: 'the profile says neither its samples nor their period' };
  return { countOf: ({ values }) => Number(values[cpu] ?? 0n) / Number(profile.period) };
}

/** The profile holds an estimate of all that was allocated; a block of a size is sampled with 1 − e^(−size / rate). */
function heapCounts(objects: number, space: number, rate: number): SampleCounts {
  if (objects < 0 || space < 0) return { unknown: 'the profile lacks objects or bytes' };
  if (!(rate > 0)) return { unknown: 'the profile does not say its rate' };
  return {
    countOf({ values }) {
      const count = Number(values[objects] ?? 0n);
      const bytes = Number(values[space] ?? 0n);
      const size = count === 0 ? 0 : bytes / count;
      return size > 0 ? count * -Math.expm1(-size / rate) : 0;
    },
  };
}

/** Events as they were sampled: the runtime has multiplied them already. Of waits shorter than the rate, those of one rate together give one. */
function contentionCounts(contentions: number, delay: number, rate: ContentionRate | undefined): SampleCounts {
  if (contentions < 0 || delay < 0) return { unknown: 'the profile lacks contentions or delay' };
  if (!rate) return { unknown: 'the profile does not say which part of the events it holds' };
  const countOf = ({ values }: ProfileSample) => {
    const events = Number(values[contentions] ?? 0n);
    if ('mutexFraction' in rate) return events / Math.max(1, rate.mutexFraction);
    const waitedNs = Number(values[delay] ?? 0n);
    return Math.min(events, rate.blockRateNs > 0 ? waitedNs / rate.blockRateNs : events);
  };
  return { countOf };
}
