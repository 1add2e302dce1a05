/** A profile as it comes over the wire or from a `.pb.gz` file to the bytes of its profile.proto, within a limit. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ProfileError } from './types.ts';

const inflated = promisify<Uint8Array, { maxOutputLength: number; chunkSize: number }, Buffer<ArrayBuffer>>(gunzip);

/** Most profiles fit into one piece, so that another thread is asked only once. */
const pieceBytes = 2 ** 18;

/**
 * The inflated bytes of a gzip stream; bytes that are none are given back as they are. Rejects with a ProfileError
 * when they would be more than `maxBytes`, or when the stream is damaged or cut; stops inflating there. It is another
 * thread that inflates, so several go on at once, and beside other work.
 */
export async function inflateProfile(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  try {
    const { buffer, byteOffset, length } = await inflated(bytes, { maxOutputLength: maxBytes, chunkSize: pieceBytes });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw damaged(error);
  }
}

function damaged(cause: unknown): ProfileError {
  return new ProfileError('not whole', `not a whole profile: its gzip stream is damaged or cut (${cause})`, { cause });
}

function tooLarge(maxBytes: number): ProfileError {
  return new ProfileError('too large', `a profile too large: it has more than ${maxBytes} bytes`);
}
