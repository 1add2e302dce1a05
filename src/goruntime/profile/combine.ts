/** Profiles that were taken one after the other, of one or more instances, to one profile of them all. */

import { type Aggregation, type CombinedColumn, combinedColumns } from './column-ways.ts';
import { encodeProfile } from './encode.ts';
import { columnKinds } from './kind.ts';
import { defaultMaxFrames } from './limits.ts';
import type { LocalProfile } from './local-profile.ts';
import { createBytesMerger, mergeProfiles } from './merge.ts';
import { decodeProfile, headerOf } from './pprof.ts';
import { createLocalReader } from './read-local.ts';
import { createSeries, type Series } from './series.ts';
import { type PprofProfile, ProfileError, type ProfileLabel } from './types.ts';

/** A profile and what it is of; the instance may be any text that is another for each process. */
export interface InstanceProfile {
  readonly instance: string;
  readonly profile: PprofProfile;
}

/** One profile of many, and what was done for it. */
export interface CombinedProfile {
  readonly profile: PprofProfile;
  readonly columns: readonly CombinedColumn[];
  readonly profiles: number;
  readonly instances: number;
  /** Instances whose counters began anew in between: what they counted after that is added as it is, and what they did shortly before is lost. */
  readonly restarted: readonly string[];
  /** Instances of which there is one look only: their counters are left out, because a difference needs two. */
  readonly leftOut: readonly string[];
  /** True where there is one look at each instance: counters are then what they counted since their process was started. */
  readonly sinceStart: boolean;
}

/** Takes profiles one by one; of each instance in the order of time. It holds sums, and what the latest of each instance counted. */
export interface ProfileCombiner {
  /** Throws a ProfileError when the profile does not go with the first one. */
  add(next: InstanceProfile): void;
  /** Throws a ProfileError when nothing was added, or when the aggregation that was asked for has no meaning. */
  result(): CombinedProfile;
}

/** A profile as the bytes of a profile.proto, not compressed, with labels for every sample that has none with the same key. */
interface InstanceBytes extends InstanceLabels {
  readonly content: Uint8Array;
}

/** A profile that was read into tables. */
interface InstanceTables extends InstanceLabels {
  readonly local: LocalProfile;
}

interface InstanceLabels {
  readonly instance: string;
  readonly labels?: readonly ProfileLabel[];
}

/** The same as a CombinedProfile, as the bytes of a profile.proto, not compressed. */
export interface CombinedBytes extends Omit<CombinedProfile, 'profile'> {
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The same as a ProfileCombiner on bytes, and several times faster: no profile becomes objects. */
export interface BytesCombiner {
  /** Throws a ProfileError also when the bytes are not a whole profile. */
  add(next: InstanceBytes): void;
  /** The same with a profile that a reader has already checked. */
  addRead(next: InstanceTables): void;
  result(): CombinedBytes;
}

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
  const { add, result } = createBytesCombiner(wanted, Number.POSITIVE_INFINITY);
  return {
    add: ({ instance, profile }) => add({ instance, content: encodeProfile(profile) }),
    result() {
      const { content, ...combined } = result();
      return { ...combined, profile: decodeProfile(content, { maxFrames: Number.POSITIVE_INFINITY }) };
    },
  };
}

/** A combiner of bytes that has nothing yet; profiles whose stacks have more than `maxFrames` frames are refused. */
export function createBytesCombiner(wanted?: Aggregation, maxFrames = defaultMaxFrames): BytesCombiner {
  const reader = createLocalReader(maxFrames);
  const instances = new Map<string, number>();
  const series = new Map<string, Series>();
  let first: PprofProfile | undefined;
  let columns: readonly CombinedColumn[] = [];
  const addRead = ({ instance, local, labels = [] }: InstanceTables) => {
    const profile = { ...headerOf(local), samples: [], mappings: [] };
    if (!first) columns = combinedColumns(profile, wanted);
    first ??= profile;
    if (wanted !== 'sum') checkKinds(first, profile);
    // What is only added up need not be held by instance.
    const key = columns.every(({ aggregation }) => aggregation === 'sum') ? '' : instance;
    // A series refuses by itself what does not go with its first.
    if (!series.has(key)) mergeProfiles([first, profile]);
    const own = series.get(key) ?? createSeries(columns);
    series.set(key, own);
    own.add(local, profile, labels);
    instances.set(instance, (instances.get(instance) ?? 0) + 1);
  };
  return {
    add({ content, ...next }) {
      reader.read(content);
      addRead({ ...next, local: reader.local });
    },
    addRead,
    result() {
      if (!first) throw new ProfileError('empty', 'no profiles to combine');
      const isCounted = columns.some(({ aggregation }) => aggregation === 'delta');
      const single = isCounted ? [...instances].flatMap(([instance, count]) => (count === 1 ? [instance] : [])) : [];
      const sinceStart = single.length === instances.size;
      if (sinceStart && wanted === 'delta') {
        throw new ProfileError('other kind', 'no difference over time: there is only one profile of each instance');
      }
      const leftOut = sinceStart ? [] : single;
      const contents: Uint8Array<ArrayBuffer>[] = [];
      const restarted: string[] = [];
      for (const [instance, own] of series) {
        const result = own.result({ hasCounters: !leftOut.includes(instance) });
        contents.push(result.content);
        if (result.restarted) restarted.push(instance);
      }
      const profiles = [...instances.values()].reduce((sum, count) => sum + count, 0);
      return { content: sumOf(contents), columns, profiles, instances: instances.size, restarted, leftOut, sinceStart };
    },
  };
}

/** What was counted over a time and what stands at a moment have the same columns, which go together in other ways. */
function checkKinds(first: PprofProfile, profile: PprofProfile): void {
  const [ours, theirs] = [columnKinds(first), columnKinds(profile)];
  if (ours.every((kind, column) => kind === theirs[column])) return;
  throw new ProfileError(
    'incompatible',
    'one was taken over a time (?seconds=), the other at a moment, which has it counted too: choose one kind, such as by the label delta',
  );
}

function sumOf(contents: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = contents;
  if (only && contents.length === 1) return only;
  const merger = createBytesMerger(Number.POSITIVE_INFINITY);
  for (const content of contents) merger.add(content);
  return merger.result();
}
