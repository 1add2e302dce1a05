/** A store of profiles over any storage: bytes by their content, and for each profile an entry that names them. */
import { createHash } from 'node:crypto';
import { environmentError, usageError } from '../../model/errors.ts';
import type { NewProfile, ProfileStore, StoredProfile } from '../../model/profile-store.ts';
import { createCatchUp } from './catch-up.ts';
import { contentName, entryName, entryText, sortedLabels } from './entry.ts';
import type { KeptIndex } from './kept-index.ts';
import { asideOf, createRelease, leftovers } from './release.ts';
import type { Storage } from './storage.ts';

/** What a store is made of. */
export interface StoreParts {
  readonly storage: Storage;
  readonly index: KeptIndex;
  readonly newId: () => string;
  /** Is told of what is there and cannot be used. */
  readonly warn: (message: string) => void;
}

/** A store that can take away what killed processes have left. */
export interface TidyStore extends ProfileStore {
  /** Removes bytes that no profile has; returns how many lay there. Safe beside writers. */
  tidy(): Promise<number>;
}

/** A store that any number of processes may use at once, each with an index of its own. */
export function createProfileStore({ storage, index, newId, warn }: StoreParts): TidyStore {
  const lookAgain = createCatchUp({ storage, index, warn });
  const release = createRelease({ storage, index, newId, lookAgain });
  return {
    put: (profile) => putProfile(storage, newId(), profile),
    find: async (query) => {
      await lookAgain(query);
      await index.keep();
      return index.find(query);
    },
    get: async (id) => {
      const known = index.get(id);
      if (known && (await storage.has(entryName(known)))) return known;
      await lookAgain({});
      return index.get(id);
    },
    services: async () => {
      await lookAgain({});
      return index.services();
    },
    read: (profile) => readContent(storage, profile),
    remove: async (profiles) => {
      for (const profile of profiles) await storage.delete(entryName(profile));
      await release([...new Set(profiles.map(contentName))]);
    },
    tidy: async () => (await release(await leftovers(storage, newId()))) + (await storage.sweep()),
    close: async () => {
      await index.close();
      await storage.close();
    },
  };
}

/**
 * Bytes first: an entry never names what is not there. Whoever removes profiles does the opposite, and then looks at the entries once more; so of a
 * writer and a remover of the same bytes at least one sees the other.
 */
async function putProfile(storage: Storage, id: string, { content, ...known }: NewProfile): Promise<StoredProfile> {
  requireTimes(known);
  const sha256 = sha256Of(content);
  const labels = sortedLabels(known.labels).map(({ key, value }) => ({ key: asUtf8(key), value: asUtf8(value) }));
  const profile = { ...known, id, service: asUtf8(known.service), labels, sha256, bytes: content.length };
  const name = contentName(profile);
  await storage.put(name, content);
  await storage.put(entryName(profile), Buffer.from(`${entryText(profile)}\n`));
  if (!(await storage.has(name))) await storage.put(name, content);
  return profile;
}

/** A text as UTF-8 can hold it: half a surrogate pair is not one. */
function asUtf8(text: string): string {
  return Buffer.from(text).toString();
}

function requireTimes({ createdNs, durationNs }: Pick<StoredProfile, 'createdNs' | 'durationNs'>): void {
  const wrong = [createdNs, durationNs].find((ns) => BigInt.asIntN(64, ns) !== ns);
  if (wrong === undefined) return;
  throw usageError(
    'profile-refused',
    `a profile's time or duration of ${wrong} ns cannot be kept: pprof's have 64 bits, times from 1677 to 2262`,
  );
}

async function readContent(storage: Storage, profile: StoredProfile): Promise<Uint8Array | undefined> {
  const name = contentName(profile);
  const content = (await storage.get(name)) ?? (await asideOf(storage, name)) ?? (await storage.get(name));
  if (content && sha256Of(content) === profile.sha256) return content;
  // Whoever removes a profile takes its entry first.
  if (!content && !(await storage.has(entryName(profile)))) return undefined;
  throw environmentError(
    'profile-damaged',
    `${storage.place}: the bytes of profile ${profile.id} (${profile.service}, ${profile.type}) are ${content ? 'not those that were stored' : 'gone'}`,
    `They belong in ${name}: bring them back, or store the profile again.`,
  );
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
