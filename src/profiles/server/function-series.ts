/** One function's share over time, profile by profile. */
import { deltaProfile } from '../../goruntime/profile/delta.ts';
import { columnKinds } from '../../goruntime/profile/kind.ts';
import { topTable } from '../../goruntime/profile/top.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { answerFor, nothingFound } from './api-error.ts';
import { instanceOf } from './instances.ts';
import { metadataOf } from './metadata.ts';
import { type Reading, readProfiles } from './stored-profiles.ts';
import { columnNamed } from './top-functions.ts';

/** A function in one profile; shares are 0 to 1, and null where nothing was seen at all. */
interface SeriesPoint {
  readonly id: string;
  readonly service: string;
  readonly labels?: StoredProfile['labels'];
  /** Seconds since 1970 of the profile's own time. */
  readonly at: number;
  /** Seconds that the values are of; 0 for a moment. */
  readonly seconds: number;
  readonly flat: number;
  readonly cum: number;
  readonly total: number;
  readonly flat_share: number | null;
  readonly cum_share: number | null;
}

/** A function over time. */
export interface FunctionSeries {
  readonly function: string;
  readonly type: string;
  readonly sample_type: string;
  readonly unit: string;
  /** How many profiles more were removed before they were read; left out where there were none. */
  readonly removed?: number;
  /** Oldest first. */
  readonly points: readonly SeriesPoint[];
}

/** Which function, in which column, and the labels that tell processes apart. */
export interface SeriesRequest {
  readonly name: string;
  readonly column: string | undefined;
  readonly instanceKeys: readonly string[];
}

/** What counts from the start of its process is a point of what was added since the profile before it, of which the first has none. */
export async function functionSeries(
  profiles: readonly StoredProfile[],
  { name, column, instanceKeys }: SeriesRequest,
  reading: Reading,
): Promise<FunctionSeries> {
  const before = new Map<string, PprofProfile>();
  const points: SeriesPoint[] = [];
  let shown: { type: string; unit: string } | undefined;
  let removed = profiles.length;
  for await (const { stored, profile } of readProfiles(profiles, reading)) {
    removed -= 1;
    const index = columnNamed(profile, column);
    let own: PprofProfile | undefined = profile;
    if (columnKinds(profile)[index] === 'cumulative') {
      const instance = instanceOf(stored, instanceKeys);
      own = sinceBefore(profile, before.get(instance), stored);
      before.set(instance, profile);
    }
    if (!own) continue;
    const table = topTable(own, index);
    shown ??= table.column;
    const row = table.rows.find((each) => each.name === name);
    points.push(pointOf(stored, own, { flat: row?.flat ?? 0, cum: row?.cum ?? 0, total: table.total }));
  }
  if (removed === profiles.length) throw nothingFound();
  const { type = '', unit = '' } = shown ?? {};
  const about = { function: name, type: profiles[0]?.type ?? '', sample_type: type, unit };
  return { ...about, ...(removed > 0 ? { removed } : {}), points };
}

function sinceBefore(
  profile: PprofProfile,
  before: PprofProfile | undefined,
  { id }: StoredProfile,
): PprofProfile | undefined {
  try {
    return before && deltaProfile(profile, before).profile;
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw answerFor(409, `profile ${id} does not go with the one before it: ${error.message}`, error);
  }
}

function pointOf(
  stored: StoredProfile,
  { durationNanos }: PprofProfile,
  values: Pick<SeriesPoint, 'flat' | 'cum' | 'total'>,
): SeriesPoint {
  const { id, service, labels } = metadataOf(stored);
  const share = (value: number) => (values.total === 0 ? null : Number((value / values.total).toPrecision(6)));
  return {
    id,
    service,
    ...(labels ? { labels } : {}),
    at: Number(stored.createdNs / 1_000_000n) / 1000,
    seconds: Number(durationNanos) / 1e9,
    ...values,
    flat_share: share(values.flat),
    cum_share: share(values.cum),
  };
}
