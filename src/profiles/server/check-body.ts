/** A body that was sent to the bytes of a profile that may be kept, or the reason why it is none. */
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { ProfileError, type ProfileErrorReason } from '../../goruntime/profile/types.ts';
import { type WholeProfile, wholeProfile } from '../../goruntime/profile/whole-profile.ts';
import { ApiError, answerFor } from './api-error.ts';

/** A profile may have so many bytes as it is sent (64 MiB), and so many once it is inflated (512 MiB). */
export const bodyLimits = { sentBytes: 64 * 1024 * 1024, inflatedBytes: 512 * 1024 * 1024 };

/** How profefe's parser calls what is wrong, where it has a name for it. */
const parserWords: Readonly<Partial<Record<ProfileErrorReason, string>>> = {
  empty: 'parsing profile: empty input file',
  'not a profile': 'parsing profile: unrecognized profile format',
};

/** What is in these bytes; throws an ApiError, 400 or 413, that says what is wrong with them. */
export async function checkedProfile(
  content: Uint8Array<ArrayBuffer>,
  inflatedBytes = bodyLimits.inflatedBytes,
): Promise<WholeProfile> {
  if (content.length === 0) throw malformed('parsing profile: empty input file');
  const profile = await parsed(content, inflatedBytes);
  if (profile.samples === 0) throw malformed('profile is empty: no samples');
  return profile;
}

async function parsed(content: Uint8Array<ArrayBuffer>, inflatedBytes: number): Promise<WholeProfile> {
  try {
    const inflated = await inflateProfile(content, inflatedBytes);
    if (isText(inflated)) {
      const begin = Buffer.from(inflated.subarray(0, 60)).toString('utf8').split('\n')[0];
      throw new ProfileError(
        'not a profile',
        `it is text that begins with ${JSON.stringify(begin)}; leave out debug=1`,
      );
    }
    return wholeProfile(inflated);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    if (error.reason === 'too large') throw answerFor(413, `too large: ${error.message}`, error);
    const words = parserWords[error.reason] ?? 'parsing profile: malformed profile format';
    throw malformed(error.reason === 'empty' ? words : `${words}: ${error.message}`);
  }
}

function malformed(why: string): ApiError {
  return new ApiError(400, `malformed profile (could not parse pprof profile: ${why})`);
}

/** A profile.proto has bytes below a tab from its first message on; texts, such as those of `debug=1`, have none. */
function isText(bytes: Uint8Array): boolean {
  const first = bytes.subarray(0, 64);
  return first.length > 0 && first.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
