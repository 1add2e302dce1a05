/** Bytes as they arrive to lines of text, with a bound so that a program without newlines cannot fill the memory. */

/** Longest line kept whole; what goes beyond it continues as a line of its own. */
export const maxLineBytes = 1024 * 1024;

/** Takes chunks of one stream; `end` gives out what has no newline after it. */
export interface LineSplitter {
  write(chunk: Buffer): void;
  end(): void;
}

/** Calls `onLine` for each line, without its newline, in order. */
export function splitLines(onLine: (text: string) => void): LineSplitter {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const keep = (part: Buffer) => {
    if (part.length === 0) return;
    pending.push(part);
    pendingBytes += part.length;
  };
  const flush = () => {
    const line = Buffer.concat(pending, pendingBytes).toString('utf8');
    pending = [];
    pendingBytes = 0;
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
  const keepBounded = (part: Buffer) => {
    let rest = part;
    while (pendingBytes + rest.length > maxLineBytes) {
      const room = maxLineBytes - pendingBytes;
      keep(rest.subarray(0, room));
      rest = rest.subarray(room);
      flush();
    }
    keep(rest);
  };
  return {
    write: (chunk) => {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        keepBounded(chunk.subarray(start, end));
        flush();
        start = end + 1;
      }
      keepBounded(chunk.subarray(start));
    },
    end: () => {
      if (pendingBytes > 0) flush();
    },
  };
}
