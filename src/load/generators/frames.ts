/** Messages on a stream of bytes: each is JSON behind its length, four bytes, the most significant first. */

const lengthBytes = 4;
/** A window of a plan with hundreds of requests is some 100 KB. */
const mostBytes = 32 * 1024 * 1024;

/** One message as it goes over the stream. */
export function frameOf(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message), 'utf8');
  const frame = Buffer.allocUnsafe(lengthBytes + text.length);
  frame.writeUInt32BE(text.length);
  text.copy(frame, lengthBytes);
  return frame;
}

/** Takes bytes as they come, and gives the messages that are whole by then; throws on what cannot be one. */
export function createFrameReader(): (bytes: Uint8Array) => unknown[] {
  let pending: Uint8Array[] = [];
  let held = 0;
  let wanted: number | undefined;
  const take = (count: number): Buffer => {
    const all = pending.length === 1 && pending[0] ? Buffer.from(pending[0]) : Buffer.concat(pending);
    pending = count < all.length ? [all.subarray(count)] : [];
    held -= count;
    return all.subarray(0, count);
  };
  return (bytes) => {
    const messages: unknown[] = [];
    pending.push(bytes);
    held += bytes.length;
    for (;;) {
      if (wanted === undefined) {
        if (held < lengthBytes) return messages;
        wanted = take(lengthBytes).readUInt32BE();
        if (wanted > mostBytes)
          throw new Error(`a message of ${wanted} bytes is announced, at most ${mostBytes} are taken`);
      }
      if (held < wanted) return messages;
      messages.push(JSON.parse(take(wanted).toString('utf8')));
      wanted = undefined;
    }
  };
}
