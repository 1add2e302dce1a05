/** Profiles that were taken one after the other, of one or more instances, to one profile of them all. */
import { countersBetween, scaleColumns } from './delta.ts';
import { type ColumnKind, columnKinds } from './kind.ts';
import { createProfileMerger, mergeProfiles, type ProfileMerger } from './merge.ts';
import { shareOut } from './share-out.ts';
import { type PprofProfile, ProfileError, type ValueType } from './types.ts';

/** How the values of one instance go together over time: all of them added, their average, the latest, or the latest less the first. */
export type Aggregation = 'sum' | 'avg' | 'last' | 'delta';

/** A profile and what it is of; the instance may be any text that is another for each process. */
export interface InstanceProfile {
  readonly instance: string;
  readonly profile: PprofProfile;
}

/** A column, and how it was combined over time; over instances every column is a sum. */
interface CombinedColumn extends ValueType {
  readonly kind: ColumnKind;
  readonly aggregation: Aggregation;
}

/** One profile of many, and what was done for it. */
export interface CombinedProfile {
  readonly profile: PprofProfile;
  readonly columns: readonly CombinedColumn[];
  readonly profiles: number;
  readonly instances: number;
  /** Instances whose counters began anew in between: what they counted after that is added as it is, and what they did shortly before is lost. */
  readonly restarted: readonly string[];
  /** Instances of which there is one look only, left out because a difference needs two. */
  readonly leftOut: readonly string[];
  /** True where there is one look at each instance: counters are then what they counted since their process was started. */
  readonly sinceStart: boolean;
}

/** Takes profiles one by one; of each instance in the order of time. It holds one profile of each instance, and sums. */
export interface ProfileCombiner {
  /** Throws a ProfileError when the profile does not go with the first one. */
  add(next: InstanceProfile): void;
  /** Throws a ProfileError when nothing was added, or when the aggregation that was asked for has no meaning. */
  result(): CombinedProfile;
}

const defaults: Readonly<Record<ColumnKind, Aggregation>> = {
  interval: 'sum',
  gauge: 'avg',
  cumulative: 'delta',
  unknown: 'sum',
};

/** The average of a counter's readings says nothing, nor does the difference of two windows. */
const meaningless: Readonly<Record<ColumnKind, Aggregation | undefined>> = {
  interval: 'delta',
  gauge: undefined,
  cumulative: 'avg',
  unknown: undefined,
};

/**
 * The profiles as one: over time by `wanted`, or where it is left out as each column needs it (windows add up, gauges are
 * averaged, counters are the last less the first), and then added over instances. A column for which the wanted way has no
 * meaning goes by its own. They may come in any order: of each instance they are put in that of their times, where all
 * of them have one. Throws a ProfileError when there are none, when they do not go together, or when the wanted way has no meaning.
 */
export function combineProfiles(profiles: Iterable<InstanceProfile>, wanted?: Aggregation): CombinedProfile {
  const combiner = createProfileCombiner(wanted);
  const byInstance = new Map<string, InstanceProfile[]>();
  for (const each of profiles) byInstance.set(each.instance, [...(byInstance.get(each.instance) ?? []), each]);
  for (const series of byInstance.values()) for (const each of inOrder(series)) combiner.add(each);
  return combiner.result();
}

function inOrder(series: readonly InstanceProfile[]): readonly InstanceProfile[] {
  if (series.some(({ profile }) => profile.timeNanos === 0n)) return series;
  return series.toSorted((a, b) => Number(a.profile.timeNanos - b.profile.timeNanos));
}

/** A combiner that has nothing yet. */
export function createProfileCombiner(wanted?: Aggregation): ProfileCombiner {
  const instances = new Map<string, Series>();
  let first: PprofProfile | undefined;
  let columns: readonly CombinedColumn[] = [];
  return {
    add({ instance, profile }) {
      if (!first) {
        first = { ...profile, samples: [] };
        columns = columnsOf(profile, wanted);
      } else mergeProfiles([first, { ...profile, samples: [] }]);
      const series = instances.get(instance) ?? createSeries(columns);
      series.add(profile);
      instances.set(instance, series);
    },
    result() {
      if (!first) throw new ProfileError('empty', 'no profiles to combine');
      const all = [...instances].map(([instance, series]) => ({ instance, ...series.result() }));
      const isCounted = columns.some(({ aggregation }) => aggregation === 'delta');
      const single = isCounted ? all.filter(({ count }) => count === 1) : [];
      const sinceStart = single.length === all.length;
      if (sinceStart && wanted === 'delta') {
        throw new ProfileError('other kind', 'no difference over time: there is only one profile of each instance');
      }
      const kept = sinceStart ? all : all.filter((each) => !single.includes(each));
      return {
        profile: mergeProfiles(kept.map(({ profile }) => profile)),
        columns,
        profiles: all.reduce((sum, { count }) => sum + count, 0),
        instances: all.length,
        restarted: kept.filter(({ restarted }) => restarted).map(({ instance }) => instance),
        leftOut: sinceStart ? [] : single.map(({ instance }) => instance),
        sinceStart,
      };
    },
  };
}

function columnsOf(profile: PprofProfile, wanted: Aggregation | undefined): readonly CombinedColumn[] {
  const kinds = columnKinds(profile);
  if (wanted !== undefined && kinds.every((kind) => meaningless[kind] === wanted)) {
    const types = profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ');
    const [kind = 'unknown'] = kinds;
    throw new ProfileError(
      'other kind',
      kind === 'interval'
        ? `no difference over time: each profile of ${types} is of a time of its own; add them up (sum)`
        : `no average over time: a profile of ${types} counts on from the start of its process; take the difference (delta)`,
    );
  }
  return profile.sampleTypes.map((column, index) => {
    const kind = kinds[index] ?? 'unknown';
    const aggregation = wanted === undefined || meaningless[kind] === wanted ? defaults[kind] : wanted;
    return { ...column, kind, aggregation };
  });
}

/** The profiles of one instance, each of which is folded into the sum once its place in the series is known. */
interface Series {
  add(profile: PprofProfile): void;
  result(): { readonly profile: PprofProfile; readonly count: number; readonly restarted: boolean };
}

function createSeries(columns: readonly CombinedColumn[]): Series {
  const merger = createProfileMerger();
  const hasCounters = columns.some(({ kind, aggregation }) => kind === 'cumulative' && aggregation === 'delta');
  let first: PprofProfile | undefined;
  let latest: PprofProfile | undefined;
  let count = 0;
  let restarted = false;
  /** Adds a profile with the sign that its place has, column by column. */
  const fold = (into: ProfileMerger, profile: PprofProfile, place: Place) => {
    const weights = columns.map((column) => weightOf(column, place));
    into.add(weights.every((weight) => weight === 1) ? profile : scaleColumns(profile, weights, 1));
  };
  return {
    add(profile) {
      count += 1;
      if (latest) {
        const beganAnew = hasCounters && countersBetween(profile, latest).restarted;
        restarted ||= beganAnew;
        fold(merger, latest, { isFirst: count === 2, endsLife: beganAnew, isLast: false });
      }
      first ??= profile;
      latest = profile;
    },
    result() {
      if (!first || !latest) throw new ProfileError('empty', 'no profiles to combine');
      const whole = createProfileMerger();
      if (count > 1) whole.add(merger.result());
      // Of a single look there is no difference: it counts as it is.
      fold(whole, latest, { isFirst: false, endsLife: false, isLast: true });
      const sums = whole.result();
      const averaged = columns.map(({ aggregation }) => aggregation === 'avg');
      const profile = { ...shareOut(sums, averaged, count), ...headerOf(columns, { first, latest, sums, count }) };
      return { profile, count, restarted };
    },
  };
}

interface Place {
  readonly isFirst: boolean;
  /** Whether the counters of the process end here, because the next profile is of another. */
  readonly endsLife: boolean;
  readonly isLast: boolean;
}

function weightOf({ kind, aggregation }: CombinedColumn, { isFirst, endsLife, isLast }: Place): number {
  if (aggregation === 'sum' || aggregation === 'avg') return 1;
  if (aggregation === 'last') return Number(isLast);
  const end = isLast || (kind === 'cumulative' && endsLife);
  return Number(end) - Number(isFirst);
}

/** A difference has the time of its end, as net/http/pprof's own; an average window is as long as the average. */
function headerOf(
  columns: readonly CombinedColumn[],
  of: {
    readonly first: PprofProfile;
    readonly latest: PprofProfile;
    readonly sums: PprofProfile;
    readonly count: number;
  },
): Pick<PprofProfile, 'timeNanos' | 'durationNanos'> {
  const { first, latest, sums, count } = of;
  const uses = (wanted: Aggregation) => columns.some(({ aggregation }) => aggregation === wanted);
  if (uses('delta')) {
    const known = latest.timeNanos > 0n && first.timeNanos > 0n;
    return { timeNanos: latest.timeNanos, durationNanos: known ? latest.timeNanos - first.timeNanos : 0n };
  }
  if (uses('avg')) return { timeNanos: sums.timeNanos, durationNanos: sums.durationNanos / BigInt(count) };
  const { timeNanos, durationNanos } = uses('last') ? latest : sums;
  return { timeNanos, durationNanos };
}
