/** Stored profiles of one type to one: over the time of each process as its type needs it, then over processes. */
import type { Aggregation } from '../../goruntime/profile/column-ways.ts';
import { type CombinedBytes, createBytesCombiner } from '../../goruntime/profile/combine.ts';
import { columnKinds } from '../../goruntime/profile/kind.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { ProfileError } from '../../goruntime/profile/types.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { ApiError, badRequest } from './api-error.ts';
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

/** The one profile of these, which are in the order of time; throws an ApiError when they do not go together. */
export async function combineStored(
  profiles: readonly StoredProfile[],
  { aggregation, injects, instanceKeys }: Combination,
  reading: Reading,
): Promise<CombinedBytes> {
  checkTypes(profiles);
  const combiner = createBytesCombiner(aggregation);
  const withService = new Set(profiles.map(({ service }) => service)).size > 1;
  const changing = changingKeys(profiles, instanceKeys);
  const isDifference = (aggregation ?? 'delta') === 'delta';
  const looks = isDifference ? await withLooksBefore(profiles, instanceKeys, reading.source) : profiles.map(asItIs);
  const labelled = looks.map((look) => look.labelled).values();
  const stored = looks.map((look) => look.stored);
  let first: ReadContent | undefined;
  let takesDifference = false;
  for await (const next of readContents(stored, reading)) {
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
  try {
    return combiner.result();
  } catch (error) {
    throw told(error);
  }
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
}: Omit<CombinedBytes, 'content'>): string {
  const isOfLife =
    sinceStart && columns.some(({ kind, aggregation }) => kind === 'cumulative' && aggregation === 'delta');
  const ways = [...new Set(columns.map(({ kind, aggregation }) => `${kind} ${aggregation}`))];
  return [
    `profiles=${profiles}`,
    `instances=${instances}`,
    `columns=${ways.join(', ')}`,
    ...(restarted.length > 0 ? [`restarted=${restarted.length}`] : []),
    ...(leftOut.length > 0 ? [`counters left out for want of a second look=${leftOut.length}`] : []),
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
export function combinedWords({ profiles, instances, columns, restarted, leftOut }: CombinedBytes): string {
  if (profiles === 1) return 'one profile, as it is';
  const ways = new Map(columns.map(({ kind, aggregation }) => [`${kind} ${aggregation}`, words[aggregation]]));
  return [
    `${profiles} profiles of ${instances === 1 ? 'one process' : `${instances} processes`}: ${[...new Set(ways.values())].join('; ')}`,
    ...(restarted.length > 0 ? [`${restarted.length} of them restarted in between`] : []),
    ...(leftOut.length > 0
      ? [`${leftOut.length} of them without their counters, for a difference needs two looks`]
      : []),
  ].join(', ');
}
