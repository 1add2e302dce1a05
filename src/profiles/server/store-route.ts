/** Profiles that are sent are checked and kept as they came. */
import { messageOf } from '../../model/errors.ts';
import type { NewProfile } from '../../model/profile-store.ts';
import { ApiError, answerFor, badRequest } from './api-error.ts';
import type { Ask } from './ask.ts';
import { readBody } from './body.ts';
import { bodyLimits, checkedProfile } from './check-body.ts';
import { metadataOf } from './metadata.ts';
import { sendJson } from './replies.ts';
import { readCreatedAt, readLabels, readService, readType } from './selection.ts';

/** POST /api/0/profiles. */
export async function answerStore({ request, response, parameters, backend, signal }: Ask): Promise<void> {
  const service = readService(parameters);
  const type = readType(parameters);
  if (type === undefined) throw badRequest('unknown profile type');
  const labels = readLabels(parameters);
  const createdNs = readCreatedAt(parameters) ?? backend.nowNs();
  const content = await readBody(request, bodyLimits.sentBytes);
  const times =
    type === 'trace'
      ? traceTimes(content, createdNs)
      : await backend.work.run(() => profileTimes(content, createdNs), signal);
  const stored = await kept({ service, type, labels, content, ...times }, backend);
  sendJson(response, metadataOf(stored));
}

type Times = Pick<NewProfile, 'createdNs' | 'durationNs'>;

/** A trace is kept as it came: nothing is read from it. */
function traceTimes(content: Uint8Array, createdNs: bigint): Times {
  if (content.length === 0) throw new ApiError(400, 'malformed profile (the trace is empty)');
  return { createdNs, durationNs: 0n };
}

async function profileTimes(content: Uint8Array<ArrayBuffer>, createdNs: bigint): Promise<Times> {
  const { timeNanos, durationNanos } = await checkedProfile(content);
  return {
    createdNs: timeNanos > 0n ? timeNanos : createdNs,
    durationNs: durationNanos > 0n ? durationNanos : 0n,
  };
}

async function kept(profile: NewProfile, { store, warn }: Ask['backend']) {
  try {
    return await store.put(profile);
  } catch (error) {
    warn(`a ${profile.type} profile of ${JSON.stringify(profile.service)} was not kept: ${messageOf(error)}`);
    throw answerFor(500, 'failed to collect profile', error);
  }
}
