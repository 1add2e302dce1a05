/** Stored profiles read and decoded one after the other, so that only one of them is held at a time. */
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { environmentError } from '../../model/errors.ts';
import type { ProfileSource, StoredProfile } from '../../model/profile-store.ts';
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

/** Each of these, in their order; rejects with the signal's reason when nobody waits for them any more. */
export async function* readProfiles(
  profiles: readonly StoredProfile[],
  { source, signal }: Reading,
): AsyncGenerator<ReadProfile> {
  for (const stored of profiles) {
    signal.throwIfAborted();
    const bytes = await source.read(stored);
    yield { stored, profile: await decodeStored(stored, Uint8Array.from(bytes)) };
  }
}

async function decodeStored(stored: StoredProfile, bytes: Uint8Array<ArrayBuffer>): Promise<PprofProfile> {
  try {
    return decodeProfile(await inflateProfile(bytes, bodyLimits.inflatedBytes));
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw environmentError(
      'profile-damaged',
      `profile ${stored.id} cannot be read: ${error.message}`,
      undefined,
      error,
    );
  }
}
