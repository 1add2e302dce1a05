/** What is asked of stored profiles in JSON: lists, services, the functions of the whole system, and one over time. */
import type { ProfileQuery, ProfileSource, StoredProfile } from '../../model/profile-store.ts';
import { badRequest, nothingFound } from './api-error.ts';
import type { Ask } from './ask.ts';
import { readCombination } from './combine-stored.ts';
import { functionSeries } from './function-series.ts';
import { metadataOf } from './metadata.ts';
import type { Parameters } from './query-string.ts';
import { sendJson } from './replies.ts';
import { checkMergeable, readLooseSelection, readSelection } from './selection.ts';
import { topFunctions } from './top-functions.ts';

/** GET /api/0/profiles. */
export async function answerList({ response, parameters, backend }: Ask): Promise<void> {
  const { profiles } = await findAndTell(backend.source, readSelection(parameters), response);
  sendJson(response, profiles.map(metadataOf));
}

/** GET /api/0/services. */
export async function answerServices({ response, backend }: Ask): Promise<void> {
  const services = await backend.source.services();
  if (services.length === 0) throw nothingFound();
  sendJson(response, services);
}

/** GET /api/0/version. */
export function answerVersion({ response, backend }: Ask): void {
  sendJson(response, { version: `rampart ${backend.version}`, commit: '', build_time: '', go_version: '' });
}

/** GET /api/0/profiles/top. */
export async function answerTop({ response, parameters, backend, signal }: Ask): Promise<void> {
  const query = readLooseSelection(new Map([['type', 'cpu'], ...parameters]));
  checkMergeable(query.type);
  const rows = readRows(parameters);
  const how = readCombination(parameters);
  const { profiles } = await findAndTell(backend.source, query, response);
  const column = parameters.get('sample_index') || undefined;
  const reading = { source: backend.source, signal };
  sendJson(response, await backend.work.run(() => topFunctions(profiles, { rows, column }, how, reading), signal));
}

/** GET /api/0/profiles/series. */
export async function answerSeries({ response, parameters, backend, signal }: Ask): Promise<void> {
  const query = readLooseSelection(new Map([['type', 'cpu'], ...parameters]));
  checkMergeable(query.type);
  const name = parameters.get('function') ?? '';
  if (name === '') throw badRequest('missing "function"');
  const { instanceKeys } = readCombination(parameters);
  const { profiles } = await findAndTell(backend.source, query, response);
  const request = { name, column: parameters.get('sample_index') || undefined, instanceKeys };
  const reading = { source: backend.source, signal };
  sendJson(response, await backend.work.run(() => functionSeries(profiles, request, reading), signal));
}

const mostRows = 10_000;

function readRows(parameters: Parameters): number {
  const asked = parameters.get('n') || '10';
  const rows = /^\d{1,9}$/.test(asked) ? Number(asked) : 0;
  if (rows < 1 || rows > mostRows)
    throw badRequest(`bad "n" ${JSON.stringify(asked)}: it must be from 1 to ${mostRows}`);
  return rows;
}

/** Profiles that were found, and headers that tell where a limit left older ones out. */
export interface Found {
  readonly profiles: readonly StoredProfile[];
  readonly facts: Readonly<Record<string, string>>;
}

/** The same, and the answer has headers that tell of it. */
async function findAndTell(source: ProfileSource, query: ProfileQuery, response: Ask['response']): Promise<Found> {
  const found = await findSome(source, query);
  for (const [name, value] of Object.entries(found.facts)) response.setHeader(name, value);
  return found;
}

/** What a query finds, oldest first; throws an ApiError where that is nothing. */
export async function findSome(source: ProfileSource, query: ProfileQuery): Promise<Found> {
  const { limit } = query;
  const found = await source.find(limit === undefined ? query : { ...query, limit: limit + 1 });
  if (found.length === 0) throw nothingFound();
  if (limit === undefined || found.length <= limit) return { profiles: found, facts: {} };
  return { profiles: found.slice(-limit), facts: { 'x-rampart-limit': `the newest ${limit}; there are older ones` } };
}
