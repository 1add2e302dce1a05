/** Stored profiles of one type to one: over the time of each process as its type needs it, then over processes. */
import type { Aggregation } from '../../goruntime/profile/column-ways.ts';
import { type CombinedBytes, createBytesCombiner } from '../../goruntime/profile/combine.ts';
import { columnKinds } from '../../goruntime/profile/kind.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { ProfileError } from '../../goruntime/profile/types.ts';
import type { ProfileSource, StoredProfile } from '../../model/profile-store.ts';
import { ApiError, badRequest, nothingFound } from './api-error.ts';
import { instanceKeys, instanceOf } from './instances.ts';
import { type Look, withLooksBefore } from './look-before.ts';
import type { Parameters } from './query-string.ts';
import { changingKeys, sampleLabels } from './sample-labels.ts';
import { damagedProfile, type ReadContent, type Reading, readContents } from './stored-profiles.ts';

/** How profiles are put together. */
export interface Combination {
  /** Left out, each column goes by what its values are. */
  readonly aggregation: Aggregation | undefined;
  /** Whether the labels of a profile are put on its samples. */
  readonly injects: boolean;
  /** The labels by which processes are told apart. */
  readonly instanceKeys: readonly string[];
}

const aggregations = ['sum', 'avg', 'last', 'delta'] as const satisfies readonly Aggregation[];

/** What the parameters `agg`, `inject` and `instance` ask for. */
export function readCombination(parameters: Parameters): Combination {
  const agg = parameters.get('agg') ?? '';
  const aggregation = aggregations.find((each) => each === agg);
  if (agg !== '' && aggregation === undefined) {
    throw badRequest(`bad "agg" ${JSON.stringify(agg)}: it must be one of ${aggregations.join(', ')}`);
  }
  const inject = parameters.get('inject') ?? '1';
  if (inject !== '0' && inject !== '1') throw badRequest(`bad "inject" ${JSON.stringify(inject)}: it must be 0 or 1`);
  const keys = (parameters.get('instance') ?? '').split(',').filter((key) => key !== '');
  return { aggregation, injects: inject === '1', instanceKeys: keys.length > 0 ? keys : instanceKeys };
}

/** One profile of several, and of which. */
export interface CombinedStored extends CombinedBytes {
  readonly stored: readonly StoredProfile[];
  /** How many more were found, and removed before they were read. */
  readonly removed: number;
}

/** As `combineRemaining`; throws an ApiError also when all of them were removed. */
export async function combineStored(
  profiles: readonly StoredProfile[],
  how: Combination,
  reading: Reading,
): Promise<CombinedStored> {
  const combined = await combineRemaining(profiles, how, reading);
  if (!combined) throw nothingFound('what there was has been removed meanwhile');
  return combined;
}

/**
 * The one profile of these, which are in the order of time; those that are removed while they are read are left out. Undefined where that is all of
 * them; throws an ApiError when they do not go together.
 */
export async function combineRemaining(
  profiles: readonly StoredProfile[],
  how: Combination,
  reading: Reading,
): Promise<CombinedStored | undefined> {
  checkTypes(profiles);
  const removed = new Set<string>();
  for (;;) {
    const stored = profiles.filter(({ id }) => !removed.has(id));
    if (stored.length === 0) return undefined;
    const combined = await combineKnown(stored, how, reading, removed);
    if (combined) return { ...combined, stored, removed: profiles.length - stored.length };
  }
}

/** Undefined where it added to `removed`: what is left may need another look before it, so it is put together anew. */
async function combineKnown(
  profiles: readonly StoredProfile[],
  { aggregation, injects, instanceKeys }: Combination,
  reading: Reading,
  removed: Set<string>,
): Promise<CombinedBytes | undefined> {
  const known = removed.size;
  const combiner = createBytesCombiner(aggregation);
  const withService = new Set(profiles.map(({ service }) => service)).size > 1;
  const changing = changingKeys(profiles, instanceKeys);
  const isDifference = (aggregation ?? 'delta') === 'delta';
  const looks = isDifference
    ? await withLooksBefore(profiles, instanceKeys, without(removed, reading.source))
    : profiles.map(asItIs);
  const labelled = looks.map((look) => look.labelled).values();
  const stored = looks.map((look) => look.stored);
  let first: ReadContent | undefined;
  let takesDifference = false;
  for await (const next of readContents(stored, reading)) {
    if (!next.content) removed.add(next.stored.id);
    if (!next.content || removed.size > known) continue;
    takesDifference = first ? takesDifference : isDifference && isCounted(next);
    first ??= next;
    const labels = injects ? sampleLabels(labelled.next().value ?? next.stored, withService) : [];
    // Were they told apart by it, what was counted before could not be taken from what was counted after.
    const kept = takesDifference ? labels.filter(({ key }) => !changing.has(key)) : labels;
    try {
      combiner.add({ instance: instanceOf(next.stored, instanceKeys), content: next.content, labels: kept });
    } catch (error) {
      throw told(error, first, next);
    }
  }
  if (removed.size > known) return undefined;
  try {
    return combiner.result();
  } catch (error) {
    throw told(error);
  }
}

/** An index that is behind would find them again. */
function without(removed: ReadonlySet<string>, source: ProfileSource): Pick<ProfileSource, 'find'> {
  return { find: async (query) => (await source.find(query)).filter(({ id }) => !removed.has(id)) };
}

function asItIs(stored: StoredProfile): Look {
  return { stored, labelled: stored };
}

/** One of a kind tells for all: others are refused. */
function isCounted({ stored, content }: ReadContent): boolean {
  try {
    return columnKinds(decodeProfile(content)).includes('cumulative');
  } catch (error) {
    throw damagedProfile(stored, error);
  }
}

/** `block` and `mutex` have the same header: only what they were stored as tells them apart. */
function checkTypes(profiles: readonly StoredProfile[]): void {
  const [first] = profiles;
  const trace = profiles.find(({ type }) => type === 'trace');
  if (trace) throw new ApiError(405, "can't merge profiles of trace type");
  const other = profiles.find(({ type }) => type !== first?.type);
  if (!first || !other) return;
  throw new ApiError(
    409,
    `profiles do not go together: ${first.id} is of type ${first.type}, ${other.id} of type ${other.type}`,
  );
}

function told(error: unknown, first?: ReadContent, next?: ReadContent): unknown {
  if (!(error instanceof ProfileError)) return error;
  if (error.reason === 'other kind') return badRequest(`bad "agg": ${error.message}`);
  if (!first || !next) return new ApiError(409, error.message);
  if (error.reason !== 'incompatible') return damagedProfile(next.stored, error);
  const [ours, theirs] = [typesOf(first), typesOf(next)];
  const [one, other] = [first.stored.id, next.stored.id];
  const what = ours === theirs ? `${one} and ${other}: ${error.message}` : `${one} has ${ours}, ${other} has ${theirs}`;
  return new ApiError(409, `profiles do not go together: ${what}`);
}

function typesOf({ content }: ReadContent): string {
  const { sampleTypes, periodType } = decodeProfile(content);
  const types = sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ');
  return `[${types}] by ${periodType.type}/${periodType.unit}`;
}

/** What was done, for the header of an answer: texts of the profiles themselves are not in it. */
export function combinedText({
  profiles,
  instances,
  columns,
  restarted,
  leftOut,
  sinceStart,
  removed,
}: Omit<CombinedStored, 'content' | 'stored'>): string {
  const isOfLife =
    sinceStart && columns.some(({ kind, aggregation }) => kind === 'cumulative' && aggregation === 'delta');
  const ways = [...new Set(columns.map(({ kind, aggregation }) => `${kind} ${aggregation}`))];
  return [
    `profiles=${profiles}`,
    `instances=${instances}`,
    `columns=${ways.join(', ')}`,
    ...(restarted.length > 0 ? [`restarted=${restarted.length}`] : []),
    ...(leftOut.length > 0 ? [`counters left out for want of a second look=${leftOut.length}`] : []),
    ...(removed > 0 ? [`removed meanwhile=${removed}`] : []),
    ...(isOfLife ? ['counted since the start of each process'] : []),
  ].join('; ');
}

const words: Readonly<Record<Aggregation, string>> = {
  sum: 'added up',
  avg: 'averaged over time',
  last: 'as last seen',
  delta: 'the last less the first',
};

/** The same for people. */
export function combinedWords(combined: CombinedStored): string {
  const { profiles, instances, columns, restarted, leftOut, removed } = combined;
  const gone = removed > 0 ? [`${removed} more removed meanwhile`] : [];
  if (profiles === 1) return ['one profile, as it is', ...gone].join(', ');
  const ways = new Map(columns.map(({ kind, aggregation }) => [`${kind} ${aggregation}`, words[aggregation]]));
  return [
    `${profiles} profiles of ${instances === 1 ? 'one process' : `${instances} processes`}: ${[...new Set(ways.values())].join('; ')}`,
    ...(restarted.length > 0 ? [`${restarted.length} of them restarted in between`] : []),
    ...(leftOut.length > 0
      ? [`${leftOut.length} of them without their counters, for a difference needs two looks`]
      : []),
    ...gone,
  ].join(', ');
}
