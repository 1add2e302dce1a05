/** The directories of runs as what profiles are read from: each profile as it was taken, with what the run knows of it as labels. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { runAccounts } from '../../analysis/profiles/run-accounts.ts';
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { profileTime } from '../../goruntime/profile/profile-time.ts';
import { ProfileError } from '../../goruntime/profile/types.ts';
import { readBytesIfAny } from '../../host/files.ts';
import { environmentError } from '../../model/errors.ts';
import type { ProfileSource, StoredProfile, StoredType } from '../../model/profile-store.ts';
import { profileFileOf, stepNamesOf } from '../../model/raw-run.ts';
import type { ProfileSample } from '../../model/sample.ts';
import { sortedLabels } from '../store/entry.ts';
import { byTime, matches } from '../store/matching.ts';
import { profileId } from '../store/profile-id.ts';
import { type ProfiledRun, runLabels, serviceOf } from './profiled-run.ts';

/** A profile of a run and where its bytes are. */
interface RunProfile {
  readonly stored: StoredProfile;
  readonly path: string;
}

/** No profile of a Go process is larger. */
const mostBytes = 512 * 1024 * 1024;

/**
 * Every profile and execution trace of these runs that was taken; a text of goroutines is neither. A snapshot is as the process gave it (counted from its
 * start), and has the label of the step that it ends; that of before the first step has none. Ids follow from the run's id
 * alone, so that they stay when the directory is moved or read again.
 */
export async function createRunSource(runs: readonly ProfiledRun[]): Promise<ProfileSource> {
  const all = new Map<string, RunProfile>();
  for (const run of runs) for (const found of await profilesOf(run)) all.set(found.stored.id, found);
  const sorted = [...all.values()].map(({ stored }) => stored).sort(byTime);
  return {
    find: async (query) => {
      const found = sorted.filter((profile) => matches(profile, query));
      return query.limit === undefined ? found : found.slice(Math.max(0, found.length - query.limit));
    },
    get: async (id) => all.get(id)?.stored,
    read: async (profile) => await readContent(profile, all.get(profile.id)?.path),
    services: async () => [...new Set(sorted.map(({ service }) => service))].sort(),
    close: async () => undefined,
  };
}

async function profilesOf(run: ProfiledRun): Promise<RunProfile[]> {
  const found: RunProfile[] = [];
  const answered = answeredDuring(run);
  for (const sample of run.run.samples) {
    if (sample.kind !== 'profile' || sample.outcome !== 'ok' || sample.type === 'dump') continue;
    const path = join(run.directory, profileFileOf(sample));
    const bytes = await readBytesIfAny(path);
    const labels = { ...runLabels(run, sample), ...answered(sample) };
    if (bytes) found.push({ path, stored: await describe(run, sample, sample.type, labels, new Uint8Array(bytes)) });
  }
  return found;
}

/** The load's answers during a profile: what was planned says nothing of a step that did not keep up. */
function answeredDuring({ run }: ProfiledRun): (sample: ProfileSample) => Readonly<Record<string, string>> {
  const accounts = runAccounts(run);
  const names = stepNamesOf(run.manifest.scenario);
  return ({ target, type, step }) => {
    const name = names[step];
    const account = name === undefined ? undefined : accounts(target, type, name);
    return account && account.answered > 0 ? { requests: String(Math.round(account.answered)) } : {};
  };
}

async function describe(
  run: ProfiledRun,
  sample: ProfileSample,
  type: StoredType,
  labels: Readonly<Record<string, string>>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<StoredProfile> {
  const { id, startedAt } = run.run.manifest;
  const own = type === 'trace' ? undefined : await timeIn(bytes);
  const takenNs = (BigInt(Date.parse(startedAt)) * 1000n + BigInt(Math.round(sample.atUs))) * 1000n;
  const createdNs = own && own.timeNanos > 0n ? own.timeNanos : takenNs;
  const lastedNs = BigInt(Math.round(sample.untilUs - sample.atUs)) * 1000n;
  const place = createHash('sha256')
    .update(JSON.stringify([id, sample.target, sample.type, sample.step]))
    .digest();
  return {
    id: profileId(takenNs / 1_000_000_000n, place.readBigUInt64BE()),
    service: serviceOf(run, sample.target),
    type,
    labels: sortedLabels(Object.entries(labels).map(([key, value]) => ({ key, value }))),
    createdNs,
    durationNs: own ? own.durationNanos : lastedNs,
    sha256: sha256Of(bytes),
    bytes: bytes.length,
  };
}

/** Undefined for what cannot be read: whoever reads it is told why. */
async function timeIn(bytes: Uint8Array<ArrayBuffer>): Promise<ReturnType<typeof profileTime> | undefined> {
  try {
    return profileTime(await inflateProfile(bytes, mostBytes));
  } catch (error) {
    if (error instanceof ProfileError) return undefined;
    throw error;
  }
}

async function readContent({ id, sha256 }: StoredProfile, path: string | undefined): Promise<Uint8Array> {
  const bytes = path === undefined ? undefined : await readBytesIfAny(path);
  if (bytes && sha256Of(bytes) === sha256) return bytes;
  const state = bytes ? 'is not what it was when the run was opened' : 'is gone';
  throw environmentError('profile-damaged', `${path ?? `profile ${id}`}: ${state}`, 'The run directory was changed.');
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
