/** Profiles as files that `go tool pprof` opens: as they were sent, merged, and as a difference. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodeProfile } from '../../goruntime/profile/encode.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { badRequest, noProfile } from './api-error.ts';
import type { Ask } from './ask.ts';
import { combinedText, combineStored, readCombination } from './combine-stored.ts';
import { compareStored, readDifference } from './difference.ts';
import type { Parameters } from './query-string.ts';
import { findSome } from './read-routes.ts';
import { beginFile, sendFile } from './replies.ts';
import { checkMergeable, readSelection } from './selection.ts';

const compressed = promisify<Uint8Array, Buffer>(gzip);

/** `go tool pprof` waits 65 s for the first byte of an answer. */
const beginWithinMs = 30_000;

/** GET /api/0/profiles/merge. */
export async function answerMerge(ask: Ask): Promise<void> {
  const { parameters, backend } = ask;
  const query = readSelection(parameters);
  checkMergeable(query.type);
  const { profiles, facts } = await findSome(backend.source, query);
  await sendTogether(ask, profiles, { name: query.type, facts });
}

/** GET /api/0/profiles/<id> and /api/0/profiles/<id>+<id>. */
export async function answerIds(ask: Ask, ids: readonly string[]): Promise<void> {
  const profiles: StoredProfile[] = [];
  for (const id of ids) {
    if (!/^[0-9a-v]{20}$/.test(id)) {
      throw badRequest(`${JSON.stringify(id)} is no profile id: an id has 20 characters of 0-9 and a-v`);
    }
    const profile = await ask.backend.source.get(id);
    if (!profile) throw noProfile(id);
    profiles.push(profile);
  }
  const name = profiles.length === 1 ? (ids[0] ?? '') : (profiles[0]?.type ?? '');
  await sendTogether(ask, profiles, { name, facts: {}, wantsAll: true });
}

/** How it is sent; `wantsAll` refuses it where one was removed meanwhile. */
interface Sent {
  readonly name: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly wantsAll?: boolean;
}

async function sendTogether(
  ask: Ask,
  profiles: readonly StoredProfile[],
  { name, facts, wantsAll = false }: Sent,
): Promise<void> {
  const { response, parameters, backend, signal } = ask;
  const how = readCombination(parameters);
  const [only] = profiles;
  if (only && profiles.length === 1 && isLeftAlone(only, parameters)) {
    const content = await backend.source.read(only);
    if (!content) throw noProfile(only.id);
    sendFile(response, content, `${name}${endingOf(only, content)}`, facts);
    return;
  }
  await sendMade(ask, `${name}.pb.gz`, facts, async () => {
    const ordered = profiles.toSorted((a, b) => Number(a.createdNs - b.createdNs));
    const combined = await combineStored(ordered, how, { source: backend.source, signal });
    const lacking = ordered.find((each) => !combined.stored.includes(each));
    if (wantsAll && lacking) throw noProfile(lacking.id);
    return { content: combined.content, facts: { 'x-rampart-merge': combinedText(combined) } };
  });
}

/** A single profile is given as it was sent, unless something is asked that it is not. */
function isLeftAlone({ type }: StoredProfile, parameters: Parameters): boolean {
  return type === 'trace' || (parameters.get('inject') !== '1' && parameters.get('agg') !== 'delta');
}

function endingOf({ type }: StoredProfile, content: Uint8Array): string {
  if (type === 'trace') return '.trace';
  return content[0] === 0x1f && content[1] === 0x8b ? '.pb.gz' : '.pb';
}

/** GET /api/0/profiles/diff. */
export async function answerDifference(ask: Ask): Promise<void> {
  const { parameters, backend, signal } = ask;
  const asked = readDifference(parameters);
  const how = readCombination(parameters);
  await sendMade(ask, `${asked.query.type}-diff.pb.gz`, {}, async () => {
    const reading = { source: backend.source, signal };
    const { profile, side, base, factor } = await compareStored(asked, how, reading);
    const facts = {
      'x-rampart-merge': combinedText(side.combined),
      'x-rampart-base': combinedText(base.combined),
      'x-rampart-factor': String(Number(factor.toPrecision(9))),
    };
    return { content: encodeProfile(profile), facts };
  });
}

interface Made {
  /** The bytes of a profile.proto, not compressed. */
  readonly content: Uint8Array;
  readonly facts: Readonly<Record<string, string>>;
}

/** Sends what is made; where that takes long the answer begins before, and a failure after that cuts it off. */
async function sendMade(
  { response, backend, signal }: Ask,
  name: string,
  facts: Readonly<Record<string, string>>,
  make: () => Promise<Made>,
): Promise<void> {
  const begin = setTimeout(() => beginFile(response, name), beginWithinMs);
  try {
    const made = await backend.work.run(make, signal);
    const content = await compressed(made.content);
    sendFile(response, content, name, { ...facts, ...made.facts });
  } finally {
    clearTimeout(begin);
  }
}
