/** Parameters to what is asked for, checked in profefe's order: service, type, labels, from, to, limit, window; pure. */
import { type ProfileQuery, type StoredLabel, type StoredType, storedTypes } from '../../model/profile-store.ts';
import { ApiError, badRequest } from './api-error.ts';
import { parseLabels } from './labels.ts';
import type { Parameters } from './query-string.ts';
import { type AskedTime, goTimeText, parseTime, restOfSecondNs } from './times.ts';

/** The names of one selection's parameters: those of a difference's base begin with `base_`. */
const plain = '';

/** The service that was asked for; throws an ApiError when there is none. */
export function readService(parameters: Parameters): string {
  const service = parameters.get('service') ?? '';
  if (service === '') throw badRequest('missing "service"');
  return service;
}

/** A type of the table; undefined for any other word, and for none. */
export function readType(parameters: Parameters): StoredType | undefined {
  const asked = (parameters.get('type') ?? '').trim();
  return storedTypes.find((type) => type === asked);
}

/** Throws an ApiError for a type whose profiles cannot be put together. */
export function checkMergeable(type: StoredType | undefined): asserts type is StoredType {
  if (type === undefined || type === 'trace') {
    throw new ApiError(405, `can't merge profiles of ${type ?? 'unknown'} type`, { headers: { allow: 'GET, HEAD' } });
  }
}

/** The labels that were asked for. */
export function readLabels(parameters: Parameters): readonly StoredLabel[] {
  return parseLabels(parameters.get('labels') ?? '');
}

/** What the routes of profefe select: a service, and a window with both its ends. */
export function readSelection(parameters: Parameters): ProfileQuery & { readonly service: string } {
  const service = readService(parameters);
  const type = readType(parameters);
  const labels = readLabels(parameters);
  const [from, to] = [readTime(parameters, 'from'), readTime(parameters, 'to')];
  return { service, type, labels, limit: readLimit(parameters), ...windowOf(from, to) };
}

/** The same where nothing has to be said: no service means all, no window means all times. */
export function readLooseSelection(parameters: Parameters, prefix = plain): ProfileQuery {
  const named = (name: string) => parameters.get(`${prefix}${name}`) ?? '';
  const time = (name: string) => (named(name) === '' ? undefined : readTime(parameters, `${prefix}${name}`));
  const labels = parseLabels(named('labels'));
  const [from, to] = [time('from'), time('to')];
  return {
    service: named('service') || undefined,
    type: readType(parameters),
    labels,
    limit: readLimit(parameters),
    ...windowOf(from, to),
  };
}

/** When the profile was made, by whoever sends it; undefined where it does not say. */
export function readCreatedAt(parameters: Parameters): bigint | undefined {
  const asked = parameters.get('created_at') ?? '';
  if (asked === '') return undefined;
  const time = parseTime(asked);
  if (time && withinInt64(time.ns) === time.ns) return time.ns;
  if (time) throw badRequest(`bad "created_at" ${JSON.stringify(asked)}: no profile has a time beyond 2262`);
  throw badRequest(`bad "created_at" ${JSON.stringify(asked)}: time in unsupported format ${JSON.stringify(asked)}`);
}

function readTime(parameters: Parameters, name: string): AskedTime {
  const asked = parameters.get(name) ?? '';
  if (asked === '') throw badRequest(`missing "${name}"`);
  const time = parseTime(asked);
  if (time) return time;
  const quoted = JSON.stringify(asked);
  throw badRequest(`bad "${name}" timestamp ${quoted}: time in unsupported format ${quoted}`);
}

function readLimit(parameters: Parameters): number | undefined {
  const asked = parameters.get('limit') ?? '';
  if (asked === '') return undefined;
  const limit = /^[+-]?\d{1,15}$/.test(asked) ? Number(asked) : Number.NaN;
  if (Number.isNaN(limit)) {
    const quoted = JSON.stringify(asked);
    throw badRequest(`bad "limit" ${quoted}: strconv.Atoi: parsing ${quoted}: invalid syntax`);
  }
  return limit > 0 ? limit : undefined;
}

/** A bound without a fraction covers its whole second, for that is all that lists show of a time. */
function windowOf(from: AskedTime | undefined, to: AskedTime | undefined): Pick<ProfileQuery, 'fromNs' | 'toNs'> {
  if (from && to && from.ns > lastNs(to)) {
    throw badRequest(`CreatedAtMin after CreatedAtMax: ${goTimeText(from.ns)}, ${goTimeText(to.ns)}`);
  }
  return { fromNs: from && withinInt64(from.ns), toNs: to && withinInt64(lastNs(to)) };
}

function lastNs({ ns, hasFraction }: AskedTime): bigint {
  return hasFraction ? ns : ns + restOfSecondNs;
}

const mostInt64 = 2n ** 63n - 1n;

/** No profile has a time beyond those that 64 bits hold. */
function withinInt64(ns: bigint): bigint {
  if (ns > mostInt64) return mostInt64;
  return ns < -mostInt64 ? -mostInt64 : ns;
}
