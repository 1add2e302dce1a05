/** Two profiles to what is between them: as `go tool pprof -base` and `-diff_base` have it, and as the work of a window. */
import { columnKinds } from './kind.ts';
import { labelSamples } from './labels.ts';
import { mergeProfiles } from './merge.ts';
import { type PprofProfile, ProfileError } from './types.ts';

/** What one process did between two looks at it. */
export interface ProfileDelta {
  readonly profile: PprofProfile;
  /** True when counters began anew in between: then `profile` is the later one as it is, and its duration is unknown (0). */
  readonly restarted: boolean;
  /** Stacks with a counter that fell: none in one process, unless its profiling rate was changed. */
  readonly fallen: number;
}

/**
 * `profile` less `base`, stack by stack and in every column, as `-base` has it; values may be negative. Throws a ProfileError when they do
 * not go together.
 */
export function subtractProfile(profile: PprofProfile, base: PprofProfile): PprofProfile {
  return mergeProfiles([profile, scaleColumns(base, [], -1)]);
}

/**
 * `profile`, and `base` times minus `factor` with a label that makes `go tool pprof` show the difference relative to
 * the base (`-diff_base`). The factor is the ratio of what the two were taken over, such as their requests.
 * Throws a ProfileError when they do not go together.
 */
export function diffProfile(profile: PprofProfile, base: PprofProfile, factor = 1): PprofProfile {
  const labelled = labelSamples(base, [{ key: 'pprof::base', text: 'true' }]);
  return mergeProfiles([profile, scaleColumns(labelled, [], -factor)]);
}

/**
 * What a process did between two of its profiles: cumulative columns (alloc_*, contentions, delay) are later less
 * earlier, gauges (inuse_*) are as they are in the later one. Its time is the end, as in net/http/pprof's own deltas.
 * Counters never fall in one process; when a total falls, or most stacks of the earlier profile do, it was
 * restarted. Throws a ProfileError when the two do not go together or nothing in them is cumulative.
 */
export function deltaProfile(later: PprofProfile, earlier: PprofProfile): ProfileDelta {
  if (!columnKinds(later).includes('cumulative')) {
    const types = later.sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ');
    throw new ProfileError('other kind', `no difference over time: nothing in a profile of ${types} is cumulative`);
  }
  const { difference, restarted, fallen } = countersBetween(later, earlier);
  const { timeNanos } = later;
  const durationNanos = timeNanos > 0n && earlier.timeNanos > 0n ? timeNanos - earlier.timeNanos : 0n;
  if (restarted) return { profile: { ...mergeProfiles([later]), durationNanos: 0n }, restarted, fallen };
  return { profile: { ...difference, timeNanos, durationNanos }, restarted, fallen };
}

/** How the counters of one process moved between two looks; nothing moved where nothing is cumulative. */
function countersBetween(
  later: PprofProfile,
  earlier: PprofProfile,
): { readonly difference: PprofProfile; readonly restarted: boolean; readonly fallen: number } {
  const counters = columnKinds(later).map((kind) => (kind === 'cumulative' ? 1 : 0));
  const before = mergeProfiles([scaleColumns(earlier, counters, 1)]);
  const difference = mergeProfiles([later, scaleColumns(before, [], -1)]);
  const fallen = difference.samples.filter(({ values }) =>
    values.some((value, column) => counters[column] === 1 && value < 0n),
  ).length;
  const totalFell = totalsOf(difference).some((total, column) => counters[column] === 1 && total < 0n);
  return { difference, restarted: totalFell || fallen * 2 > before.samples.length, fallen };
}

/**
 * `profile` with each column scaled to the total that it has in `base`, as `go tool pprof -normalize` has it; a column without a total is
 * 0 then. Throws a ProfileError when the two do not go together.
 */
export function normalizeProfile(profile: PprofProfile, base: PprofProfile): PprofProfile {
  mergeProfiles([
    { ...profile, samples: [] },
    { ...base, samples: [] },
  ]);
  const wanted = totalsOf(base);
  const ratios = totalsOf(profile).map((total, column) =>
    total === 0n ? 0 : Number(wanted[column] ?? 0n) / Number(total),
  );
  return mergeProfiles([scaleColumns(profile, ratios, 1)]);
}

/** The sum of each column. */
export function totalsOf({ sampleTypes, samples }: PprofProfile): readonly bigint[] {
  return sampleTypes.map((_, column) => samples.reduce((sum, { values }) => sum + (values[column] ?? 0n), 0n));
}

/** Every value times `ratio`, and times that of its column where there is one. */
export function scaleColumns(profile: PprofProfile, columns: readonly number[], ratio: number): PprofProfile {
  if (!Number.isFinite(ratio)) throw new ProfileError('incompatible', `no factor for a profile: ${ratio}`);
  const samples = profile.samples.map((sample) => ({
    ...sample,
    values: sample.values.map((value, column) => scaled(value, (columns[column] ?? 1) * ratio)),
  }));
  return { ...profile, samples };
}

/** Exact for a whole factor; else rounded to the nearest integer, and away from zero where two are as near, as in Go. */
function scaled(value: bigint, factor: number): bigint {
  if (Number.isInteger(factor)) return BigInt.asIntN(64, value * BigInt(factor));
  const exact = Number(value) * factor;
  return BigInt.asIntN(64, BigInt(Math.sign(exact) * Math.round(Math.abs(exact))));
}
