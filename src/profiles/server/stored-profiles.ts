/** Stored profiles read and decoded one after the other, so that only one of them is held at a time. */
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { environmentError } from '../../model/errors.ts';
import type { ProfileSource, StoredProfile } from '../../model/profile-store.ts';
import { readAhead } from '../../model/read-ahead.ts';
import { bodyLimits } from './check-body.ts';

/** Where profiles are read from, for somebody who may go away meanwhile. */
export interface Reading {
  readonly source: ProfileSource;
  readonly signal: AbortSignal;
}

/** A stored profile and what is in it. */
export interface ReadProfile {
  readonly stored: StoredProfile;
  readonly profile: PprofProfile;
}

/** A stored profile and the bytes of its profile.proto, not yet checked. */
export interface ReadContent {
  readonly stored: StoredProfile;
  readonly content: Uint8Array;
}

/** A stored profile that was removed after it was found. */
interface Removed {
  readonly stored: StoredProfile;
  readonly content: undefined;
}

/** Other threads read and inflate so many while one is looked at. */
const ahead = 4;

/** Each of these, in their order; rejects with the signal's reason when nobody waits for them any more. */
export async function* readContents(
  profiles: readonly StoredProfile[],
  { source, signal }: Reading,
): AsyncGenerator<ReadContent | Removed> {
  for await (const next of readAhead(profiles, ahead, (stored) => inflateStored(stored, source))) {
    signal.throwIfAborted();
    yield next;
  }
}

async function inflateStored(stored: StoredProfile, source: ProfileSource): Promise<ReadContent | Removed> {
  const bytes = await source.read(stored);
  if (!bytes) return { stored, content: undefined };
  try {
    return { stored, content: await inflateProfile(bytes, bodyLimits.inflatedBytes) };
  } catch (error) {
    throw damagedProfile(stored, error);
  }
}

/** Each of these that is still there as a profile; as `readContents`. */
export async function* readProfiles(profiles: readonly StoredProfile[], reading: Reading): AsyncGenerator<ReadProfile> {
  for await (const { stored, content } of readContents(profiles, reading)) {
    if (!content) continue;
    let profile: PprofProfile;
    try {
      profile = decodeProfile(content);
    } catch (error) {
      throw damagedProfile(stored, error);
    }
    yield { stored, profile };
  }
}

/** What is said of a stored profile that cannot be read; another error is given back as it is. */
export function damagedProfile(stored: StoredProfile, error: unknown): unknown {
  if (!(error instanceof ProfileError)) return error;
  return environmentError('profile-damaged', `profile ${stored.id} cannot be read: ${error.message}`, undefined, error);
}
