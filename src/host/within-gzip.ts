/** Bytes changed within the gzip around them, if there is one. */
import { gunzipSync, gzipSync } from 'node:zlib';

/** More is no profile that anybody could open. */
const mostBytes = 512 * 1024 * 1024;

/** The bytes as `change` makes them; the very same where it changes nothing, or where a gzip stream is damaged and so tells nobody anything. */
export function withinGzip(bytes: Uint8Array, change: (inner: Uint8Array) => Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return change(bytes);
  let inner: Uint8Array;
  try {
    inner = gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch {
    return bytes;
  }
  const changed = change(inner);
  return changed === inner ? bytes : gzipSync(changed);
}
