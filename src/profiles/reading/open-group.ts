/** The profiles of one service, run and step, added up as they are read. */
import { labelOf } from '../../analysis/profiles/slices.ts';
import type { WorkGroup } from '../../analysis/profiles/work-group.ts';
import type { Aggregation } from '../../goruntime/profile/column-ways.ts';
import { type BytesCombiner, type CombinedBytes, createBytesCombiner } from '../../goruntime/profile/combine.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import type { KnownProfile, StoredType } from '../../model/profile-store.ts';

/** Profiles of one group as they are read; times in nanoseconds. */
export interface OpenGroup {
  readonly about: Pick<WorkGroup, 'service' | 'run' | 'step' | 'rps'>;
  readonly type: StoredType;
  /** Files stand for themselves: as in pprof, their times add up. */
  readonly isOfFiles: boolean;
  readonly combiner: BytesCombiner;
  profiles: number;
  windowsNs: number[];
  untilNs: bigint;
  own: (number | undefined)[];
  answered: number[];
}

/** What profiles of one group have in common: of which service, run and step, and the planned rate of that step. */
export function aboutOf(profile: KnownProfile): OpenGroup['about'] {
  const rps = Number(labelOf(profile, 'rps') ?? Number.NaN);
  return {
    service: profile.service,
    run: labelOf(profile, 'run'),
    step: labelOf(profile, 'step'),
    rps: Number.isFinite(rps) ? rps : undefined,
  };
}

/** A group in which nothing is yet; `way` is how its columns are put together, what is usual for its type without it. */
export function openGroup(about: OpenGroup['about'], first: KnownProfile, way?: Aggregation): OpenGroup {
  return {
    about,
    type: first.type,
    isOfFiles: labelOf(first, 'file') !== undefined,
    combiner: createBytesCombiner(way),
    profiles: 0,
    windowsNs: [],
    untilNs: 0n,
    own: [],
    answered: [],
  };
}

/** Counts profiles that were added, and until when they look. */
export function countIn(group: OpenGroup, profiles: readonly KnownProfile[]): void {
  group.profiles += profiles.length;
  for (const { createdNs, durationNs } of profiles) {
    if (createdNs + durationNs > group.untilNs) group.untilNs = createdNs + durationNs;
  }
}

/** All of a group as one profile, and what a reader of it must know; throws a `ProfileError` where the way has no meaning for its type. */
export function closeGroup(open: OpenGroup): { readonly group: WorkGroup; readonly notes: readonly string[] } {
  const combined = open.combiner.result();
  const { answered, own, windowsNs } = open;
  const isAccounted = answered.length === windowsNs.length && answered.length > 0;
  const ownCount = own.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
  return {
    group: {
      ...open.about,
      profile: decodeProfile(combined.content),
      gauges: combined.columns.map(({ kind }) => kind === 'gauge'),
      profiles: open.profiles,
      instances: combined.instances,
      windowNs: open.isOfFiles ? sum(windowsNs) : mean(windowsNs),
      untilNs: open.untilNs,
      requests: isAccounted ? { own: ownCount, answered: mean(answered) } : undefined,
    },
    notes: notesOn(open, combined),
  };
}

function notesOn({ about, type, profiles, isOfFiles }: OpenGroup, combined: CombinedBytes): string[] {
  const { restarted, leftOut, sinceStart, columns } = combined;
  const what = `${type} of ${about.service}${about.step === undefined ? '' : ` in ${about.step}`}`;
  const counts = columns.some(({ kind }) => kind === 'cumulative');
  return [
    ...(restarted.length > 0
      ? [`${what}: counters began anew, a process was restarted; what it did before is partly lost`]
      : []),
    ...(leftOut.length > 0
      ? [`${what}: ${leftOut.length} of ${profiles} without their counters, which need two looks at a process`]
      : []),
    ...(counts && sinceStart && !isOfFiles
      ? [`${what}: counted since the start of the process, there is no look before`]
      : []),
  ];
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
