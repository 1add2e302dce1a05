/** Two selections of stored profiles to one profile that `go tool pprof` opens as a difference. */
import { diffProfile, scaleColumns, totalsOf } from '../../goruntime/profile/delta.ts';
import { columnKinds } from '../../goruntime/profile/kind.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { defaultColumn } from '../../goruntime/profile/top.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import type { ProfileQuery, ProfileSource, StoredProfile } from '../../model/profile-store.ts';
import { ApiError, badRequest, nothingFound } from './api-error.ts';
import { type Combination, type CombinedStored, combineStored } from './combine-stored.ts';
import type { Parameters } from './query-string.ts';
import { requestsOf } from './requests.ts';
import { checkMergeable, readLooseSelection, readSelection } from './selection.ts';
import type { Reading } from './stored-profiles.ts';

const norms = ['request', 'second', 'share', 'none'] as const;

/** What the base is scaled by, so that both sides are of the same amount of work. */
type Norm = (typeof norms)[number];

/** What is compared with what. */
export interface AskedDifference {
  readonly query: ProfileQuery;
  readonly base: ProfileQuery;
  readonly norm: Norm;
  /** How many requests were served in each, where whoever asks knows it. */
  readonly requests: number | undefined;
  readonly baseRequests: number | undefined;
}

/** One side, put together. */
interface Side {
  readonly combined: CombinedStored;
  readonly profile: PprofProfile;
  readonly requests: number | undefined;
}

/** A difference, and by how much the base was scaled for it. */
export interface Difference {
  readonly profile: PprofProfile;
  readonly base: Side;
  readonly side: Side;
  readonly factor: number;
}

const baseNames = ['base_service', 'base_from', 'base_to', 'base_labels'];

/** What the parameters ask for; what is left out of the base is as it is in the other side. */
export function readDifference(parameters: Parameters): AskedDifference {
  const query = readSelection(parameters);
  checkMergeable(query.type);
  const norm = parameters.get('norm') || 'none';
  const known = norms.find((each) => each === norm);
  if (!known) throw badRequest(`bad "norm" ${JSON.stringify(norm)}: it must be one of ${norms.join(', ')}`);
  if (!baseNames.some((name) => parameters.get(name)) && !parameters.has('base_labels')) {
    throw badRequest(`missing what to compare with: one of ${baseNames.join(', ')}`);
  }
  const named = ['service', 'from', 'to'].map((name): [string, string] => [
    `base_${name}`,
    parameters.get(`base_${name}`) || parameters.get(name) || '',
  ]);
  // No labels are a choice, too: all profiles of the service.
  const labels: [string, string] = ['base_labels', parameters.get('base_labels') ?? parameters.get('labels') ?? ''];
  const base = { ...readLooseSelection(new Map([...named, labels]), 'base_'), type: query.type, limit: query.limit };
  const requests = readCount(parameters, 'requests');
  return { query, base, norm: known, requests, baseRequests: readCount(parameters, 'base_requests') };
}

function readCount(parameters: Parameters, name: string): number | undefined {
  const asked = parameters.get(name) ?? '';
  if (asked === '') return undefined;
  if (/^\d{1,15}(\.\d{1,15})?$/.test(asked) && Number(asked) > 0) return Number(asked);
  throw badRequest(`bad ${JSON.stringify(name)} ${JSON.stringify(asked)}: it must be a number above 0`);
}

/** Both sides, read one after the other, and their difference; throws an ApiError where there is none. */
export async function compareStored(asked: AskedDifference, how: Combination, reading: Reading): Promise<Difference> {
  const [found, baseFound] = [await findSide(asked.query, reading.source), await findSide(asked.base, reading.source)];
  if (found.length === 0) throw nothingFound();
  if (baseFound.length === 0) throw nothingFound('the base of the difference has no profiles');
  const side = await sideOf(found, how, reading, asked.requests);
  const base = await sideOf(baseFound, how, reading, asked.baseRequests);
  const factor = factorOf(asked.norm, side, base);
  try {
    return { profile: diffProfile(side.profile, inPeriodsOf(side, base), factor), side, base, factor };
  } catch (error) {
    throw error instanceof ProfileError ? new ApiError(409, error.message) : error;
  }
}

function findSide(query: ProfileQuery, source: ProfileSource): Promise<readonly StoredProfile[]> {
  return source.find(query);
}

async function sideOf(
  found: readonly StoredProfile[],
  how: Combination,
  reading: Reading,
  requests: number | undefined,
): Promise<Side> {
  const combined = await combineStored(found, how, reading);
  const profile = decodeProfile(combined.content);
  return { combined, profile, requests: requests ?? requestsOf(combined.stored, how.instanceKeys) };
}

function factorOf(norm: Norm, side: Side, base: Side): number {
  if (norm === 'none') return 1;
  const [own, other] = [amountOf(norm, side), amountOf(norm, base)];
  if (own > 0 && other > 0) return own / other;
  const which = own > 0 ? 'the base' : 'the profile';
  throw badRequest(`bad "norm" ${JSON.stringify(norm)}: ${which} has no ${lacking[norm]}`);
}

const lacking: Readonly<Record<Exclude<Norm, 'none'>, string>> = {
  request:
    'known number of requests: its profiles have no label requests, and no label rps and a duration; give requests= and base_requests=',
  second: 'known duration',
  share: 'values to take a share of',
};

function amountOf(norm: Exclude<Norm, 'none'>, { profile, requests }: Side): number {
  if (norm === 'request') return requests ?? 0;
  if (norm === 'second') return Number(profile.durationNanos);
  const column = defaultColumn(profile);
  return Number(totalsOf({ ...profile, samples: profile.samples.map(withoutSigns) })[column] ?? 0n);
}

function withoutSigns(sample: PprofProfile['samples'][number]): PprofProfile['samples'][number] {
  return { ...sample, values: sample.values.map((value) => (value < 0n ? -value : value)) };
}

/** The base of a difference as it is compared: looks that are twice as frequent count everything twice, so counts of samples are brought to one period. */
export function inPeriodsOf({ profile: own }: Side, { profile: base }: Side): PprofProfile {
  const kinds = columnKinds(base);
  const ratio = own.period > 0n && base.period > 0n ? Number(base.period) / Number(own.period) : 1;
  const isSampled = base.periodType.unit === 'nanoseconds';
  if (ratio === 1 || !isSampled) return base;
  const ratios = base.sampleTypes.map(({ unit }, column) =>
    unit === 'count' && kinds[column] === 'interval' ? ratio : 1,
  );
  return { ...scaleColumns(base, ratios, 1), period: own.period };
}
