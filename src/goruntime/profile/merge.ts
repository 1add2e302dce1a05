/** Profiles to one that sums them, by the rules of pprof (github.com/google/pprof, profile/merge.go). */
import { encodeProfile } from './encode.ts';
import { defaultMaxFrames } from './limits.ts';
import { createFolder } from './merged.ts';
import { decodeProfile } from './pprof.ts';
import { createLocalReader } from './read-local.ts';
import type { PprofProfile } from './types.ts';
import { writeMerged } from './write-merged.ts';

/** Sums profiles one after the other; what it holds grows with their different stacks, not with their number. */
export interface ProfileMerger {
  /** Throws a ProfileError when the profile has other columns or another period than the first; the sum is then as before. */
  add(profile: PprofProfile): void;
  /** The sum so far; throws a ProfileError when nothing was added. */
  result(): PprofProfile;
}

/** The same with profiles as the bytes of a profile.proto, not compressed, and five times faster: no profile becomes objects. */
interface BytesMerger {
  /** Throws a ProfileError also when the bytes are not a whole profile. */
  add(bytes: Uint8Array): void;
  result(): Uint8Array<ArrayBuffer>;
}

/**
 * The sum of profiles: durations add up, the period is the longest, the time the earliest that is known. Stacks that are
 * zero in every column are left out, and with them what only they refer to; so the merge of one profile is that
 * profile made compact. Throws a ProfileError when there are none, or when they do not go together.
 */
export function mergeProfiles(profiles: Iterable<PprofProfile>): PprofProfile {
  const merger = createProfileMerger();
  for (const profile of profiles) merger.add(profile);
  return merger.result();
}

/** A merger that has nothing yet. */
export function createProfileMerger(): ProfileMerger {
  const { add, result } = createBytesMerger(Number.POSITIVE_INFINITY);
  return {
    add: (profile) => add(encodeProfile(profile)),
    result: () => decodeProfile(result(), { maxFrames: Number.POSITIVE_INFINITY }),
  };
}

/** A merger of bytes that has nothing yet; profiles whose stacks have more than `maxFrames` frames are refused. */
export function createBytesMerger(maxFrames = defaultMaxFrames): BytesMerger {
  const reader = createLocalReader(maxFrames);
  const folder = createFolder();
  return {
    add(bytes) {
      reader.read(bytes);
      folder.fold(reader.local);
    },
    result: () => writeMerged(folder.merged),
  };
}
