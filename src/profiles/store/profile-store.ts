/** A store of profiles over any storage: bytes by their content, and for each profile an entry that names them. */
import { createHash } from 'node:crypto';
import { environmentError } from '../../model/errors.ts';
import type { NewProfile, ProfileStore, StoredProfile } from '../../model/profile-store.ts';
import { catchUp } from './catch-up.ts';
import { contentName, entryName, entryText, sortedLabels } from './entry.ts';
import type { ProfileIndex } from './profile-index.ts';
import type { Storage } from './storage.ts';

/** What a store is made of. */
export interface StoreParts {
  readonly storage: Storage;
  readonly index: ProfileIndex;
  readonly newId: () => string;
  /** Is told of what is there and cannot be used. */
  readonly warn: (message: string) => void;
}

/** A store that any number of processes may use at once, each with an index of its own. */
export function createProfileStore({ storage, index, newId, warn }: StoreParts): ProfileStore {
  const lookAgain = (window: { readonly fromNs?: bigint | undefined; readonly toNs?: bigint | undefined } = {}) =>
    catchUp(storage, index, window, warn);
  return {
    put: (profile) => putProfile(storage, newId(), profile),
    find: async (query) => {
      await lookAgain(query);
      return index.find(query);
    },
    get: async (id) => {
      const known = index.get(id);
      if (known && (await storage.has(entryName(known)))) return known;
      await lookAgain();
      return index.get(id);
    },
    services: async () => {
      await lookAgain();
      return index.services();
    },
    read: (profile) => readContent(storage, profile),
    remove: async (profiles) => {
      for (const profile of profiles) await storage.delete(entryName(profile));
    },
    close: async () => undefined,
  };
}

/** Bytes first: an entry never names what is not there. */
async function putProfile(storage: Storage, id: string, { content, ...known }: NewProfile): Promise<StoredProfile> {
  const sha256 = sha256Of(content);
  const profile = { ...known, id, labels: sortedLabels(known.labels), sha256, bytes: content.length };
  const text = entryText(profile);
  await storage.put(contentName(profile), content);
  await storage.put(entryName(profile), Buffer.from(text));
  return profile;
}

async function readContent(storage: Storage, profile: StoredProfile): Promise<Uint8Array> {
  const name = contentName(profile);
  const content = await storage.get(name);
  if (content && sha256Of(content) === profile.sha256) return content;
  const state = content ? 'not what was stored: another SHA-256' : 'gone';
  throw environmentError(
    'profile-damaged',
    `${storage.place}: the bytes of profile ${profile.id} (${profile.service}, ${profile.type}) are ${state}`,
    `They lie in ${name}; \`remove\` it from the store, or bring the file back.`,
  );
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
