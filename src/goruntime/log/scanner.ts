/** Bytes of a log, of any number of Go processes and however carried, to what their runtimes said; memory stays flat. */
import { createLogStreams, type LogRejects, type LogStreams, type OnLogRecord } from './streams.ts';

/** Reads a log chunk by chunk; where the chunks are cut does not matter; never throws. */
export interface LogScanner {
  write(chunk: Uint8Array): void;
  /** Holds no line back any longer to learn from the next ones, for whoever wants to know now. */
  settle(): void;
  /** No more bytes; gives out what is complete and counts what is not. */
  end(): LogRejects;
}

/** Bytes looked at in one go; whoever keeps a piece of a line's text keeps as much of the log in memory. */
const partBytes = 8 * 1024;
/** A dump may have been made one line; what goes beyond this is not read. */
const maxLine = 16 * 1024 * 1024;
/** Bytes that a part of the log must hold to be looked at line by line. */
const tellTale =
  /SCHED |gc[ \d]|goroutine \d|scvg|scav |pacer: |init |GC forced|panic: |fatal error: |SIG[A-Z0-9]{2,12}: |Signal \d|-----/g;

const newline = 10;

/** A scanner at the beginning of a log; `onRecord` gets every record in the order of the lines that complete them. */
export function createLogScanner(onRecord: OnLogRecord): LogScanner {
  const streams = createLogStreams(onRecord);
  /** What is known of the line that the last chunk began: its first bytes, and how many it has. */
  let begun: Buffer[] = [];
  let begunKept = 0;
  let begunBytes = 0;
  let offset = 0;

  function begin(bytes: Buffer): void {
    begunBytes += bytes.length;
    const kept = bytes.subarray(0, maxLine + 1 - begunKept);
    if (kept.length === 0) return;
    // A copy, because the caller may use the chunk again.
    begun.push(Buffer.from(kept));
    begunKept += kept.length;
  }

  function endBegun(): void {
    const line = Buffer.concat(begun, begunKept);
    scanLines(streams, line, offset);
    offset += begunBytes;
    begun = [];
    begunKept = 0;
    begunBytes = 0;
  }

  function writePart(part: Buffer): void {
    let start = 0;
    if (begunBytes > 0) {
      const end = part.indexOf(newline);
      begin(end < 0 ? part : part.subarray(0, end));
      if (end < 0) return;
      endBegun();
      offset += 1;
      start = end + 1;
    }
    const end = part.lastIndexOf(newline) + 1;
    if (end > start) {
      scanLines(streams, part.subarray(start, end), offset);
      offset += end - start;
    }
    begin(part.subarray(Math.max(start, end)));
  }

  return {
    write(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let at = 0; at < bytes.length; at += partBytes) writePart(bytes.subarray(at, at + partBytes));
    },
    settle: () => streams.settle(),
    end() {
      if (begunBytes > 0) endBegun();
      return streams.end();
    },
  };
}

/** Gives the streams those of these lines that may matter to them. */
function scanLines(streams: LogStreams, bytes: Buffer, offset: number): void {
  const decoded = bytes.toString();
  // Places in the text have to be places in the bytes: as a rule each byte is a character, else it is made one.
  const even = decoded.length === bytes.length;
  const text = even ? decoded : bytes.toString('latin1');
  let at = 0;
  while (at < text.length) {
    if (!streams.waiting()) {
      tellTale.lastIndex = at;
      const found = tellTale.exec(text);
      if (!found) return;
      at = text.lastIndexOf('\n', found.index) + 1;
    }
    const newlineAt = text.indexOf('\n', at);
    const end = newlineAt < 0 ? text.length : newlineAt;
    const until = Math.min(end, at + maxLine);
    const line = even ? text.slice(at, until) : bytes.toString('utf8', at, until);
    streams.line(line, offset + at, end > until);
    at = end + 1;
  }
}
