/** A profile as it comes over the wire or from a `.pb.gz` file to the bytes of its profile.proto, within a limit. */
import { ProfileError } from './types.ts';

/**
 * The inflated bytes of a gzip stream; bytes that are none are given back as they are. Rejects with a ProfileError
 * when they would be more than `maxBytes`, or when the stream is damaged or cut; stops inflating there.
 */
export async function inflateProfile(bytes: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ProfileError) throw error;
    throw damaged(error);
  }
  return joined(chunks, length);
}

function damaged(cause: unknown): ProfileError {
  return new ProfileError('not whole', `not a whole profile: its gzip stream is damaged or cut (${cause})`, { cause });
}

function tooLarge(maxBytes: number): ProfileError {
  return new ProfileError('too large', `a profile too large: it has more than ${maxBytes} bytes`);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
