/** A goroutine dump, line by line, to goroutines: of a signal, a panic, `debug=2` or runtime.Stack, Go 1.0 to 1.27. */

import { isWrapped } from '../lines/wrapped-line.ts';
import { type DumpGoroutine, type OpenGoroutine, openGoroutine } from './dump-goroutine.ts';
import { findGoroutineHeader, type GoroutineHeader, parseGoroutineHeader } from './header.ts';

/** What a reader finds: that a dump begins, and why the runtime printed it, if it says so; then each of its goroutines. */
export type DumpRecord =
  | { readonly kind: 'dump'; readonly stamp: number; readonly dump: number; readonly cause: string | undefined }
  | {
      readonly kind: 'goroutine';
      readonly stamp: number;
      /** Number of the dump in its stream, from 0. */
      readonly dump: number;
      readonly value: DumpGoroutine;
      /** True when the same dump had it before, as the dump of a crash may that asks every thread. */
      readonly repeated: boolean;
    };

/** Reads the lines of one stream in order; never throws; keeps one goroutine in memory, and the ids of its dump. */
export interface DumpReader {
  /** The records that this line completes; `text` has no newline, `stamp` is its place in the stream in bytes. */
  line(text: string, stamp: number): readonly DumpRecord[];
  /** True while the next lines belong to a goroutine. */
  waiting(): boolean;
  /** No more lines: the last goroutine is complete. */
  end(): readonly DumpRecord[];
  /** Headers that could not be read, with the first; and goroutines of whose stack no frame could be. */
  rejects(): { readonly header: DumpRejects; readonly stack: DumpRejects };
}

interface DumpRejects {
  readonly count: number;
  readonly example: string;
}

/** A line that says why a dump follows. */
export const dumpCause = /^(?:panic: |fatal error: |SIG[A-Z0-9]{2,12}: |Signal \d{1,3}$)/;

/** A header up to where its line ends, which may have been broken by another writer or by a mail program. */
interface CutHeader {
  readonly text: string;
  readonly stamp: number;
  /** How many lines followed. */
  readonly lines: number;
  /** How long its last part is. */
  readonly row: number;
}

const none: readonly DumpRecord[] = [];
/** Bytes that may lie between two goroutines of a dump, and between its cause and its first goroutine. */
const maxGap = 64 * 1024;
/** Ids kept of one dump; of a larger one, a goroutine that comes twice is not noticed. */
const maxIds = 1_000_000;
/** No header of the runtime is longer, even with labels. */
const maxHeader = 16_384;
/** How many lines of other writers may lie between a header that was cut and its tail. */
const maxLinesInHeader = 4;

/** A reader at the beginning of a stream. */
export function createDumpReader(): DumpReader {
  const count = createDumpCounter();
  let open: { readonly goroutine: OpenGoroutine; readonly stamp: number } | undefined;
  let cut: CutHeader | undefined;
  const rejects = { header: { count: 0, example: '' }, stack: { count: 0, example: '' } };

  function reject(text: string, what: keyof typeof rejects = 'header'): void {
    const { count, example } = rejects[what];
    rejects[what] = { count: count + 1, example: count === 0 ? text.slice(0, 160) : example };
  }

  function close(): readonly DumpRecord[] {
    if (!open) return none;
    const value = open.goroutine.value();
    // The goroutine 0 of a thread may have no stack to show.
    if (value.frames.length === 0 && !value.stackUnavailable && value.id !== 0) {
      reject(`goroutine ${value.id} [${value.state}]`, 'stack');
    }
    const records = count.records(value, open.stamp);
    open = undefined;
    return records;
  }

  function begin(header: GoroutineHeader, stamp: number): readonly DumpRecord[] {
    const records = close();
    open = { goroutine: openGoroutine(header), stamp };
    return records;
  }

  /** The records before the goroutine whose header ends with this line; undefined when it is no tail of a header. */
  function rejoin(text: string): readonly DumpRecord[] | undefined {
    if (!cut) return undefined;
    const { text: head, stamp, lines, row } = cut;
    const whole = isWrapped(row, text) ? parseGoroutineHeader(`${head} ${text}`) : undefined;
    const header = text.length <= maxHeader ? (whole ?? parseGoroutineHeader(head + text)) : undefined;
    const longer = isWrapped(row, text) && head.length < maxHeader ? `${head} ${text}` : undefined;
    cut = header || lines >= maxLinesInHeader ? undefined : { text: head, stamp, lines: lines + 1, row };
    if (cut && longer !== undefined && !longer.includes(']:')) cut = { ...cut, text: longer, row: text.length };
    if (header) return begin(header, stamp);
    if (!cut) reject(head);
    return undefined;
  }

  /** The records before the goroutine whose header this line is or begins; undefined when it is no header. */
  function readHeader(text: string, stamp: number): readonly DumpRecord[] | undefined {
    // Hardly any other line has a bracket, and one character is found faster than an expression.
    const from = text.includes('[') ? findGoroutineHeader(text) : -1;
    if (from < 0) return undefined;
    const header = text.length <= maxHeader ? parseGoroutineHeader(text, from) : undefined;
    if (header) return begin(header, stamp);
    // Programs write of goroutines as well; only what begins like the runtime's line is taken for one that was cut.
    if (from > 0) return undefined;
    if (cut) reject(cut.text);
    cut = text.length <= maxHeader ? { text, stamp, lines: 0, row: text.length } : undefined;
    if (!cut) reject(text);
    return close();
  }

  return {
    line(text, stamp) {
      const records = rejoin(text) ?? readHeader(text, stamp);
      if (records) return records;
      if (open?.goroutine.line(text)) return none;
      const closed = close();
      if (dumpCause.test(text) || text === '-----') count.cause(text, stamp);
      return closed;
    },
    waiting: () => open !== undefined || cut !== undefined,
    end() {
      if (cut) reject(cut.text);
      cut = undefined;
      return close();
    },
    rejects: () => rejects,
  };
}

/** Tells the dumps of one stream apart: by their causes, by ids that come again, and by what lies between. */
function createDumpCounter() {
  let dump = -1;
  let ids = new Set<number>();
  let last = Number.NEGATIVE_INFINITY;
  let because: { readonly text: string; readonly stamp: number } | undefined;
  let otherThread = false;

  return {
    /** A line that says why a dump follows, or that those of other threads do. */
    cause(text: string, stamp: number): void {
      if (text === '-----') otherThread = true;
      else if (!otherThread || stamp - last > maxGap) because = { text: text.slice(0, 500), stamp };
    },
    records(value: DumpGoroutine, stamp: number): readonly DumpRecord[] {
      const reason = because && stamp - because.stamp <= maxGap ? because : undefined;
      const again = value.id !== 0 && ids.has(value.id);
      const begins = dump < 0 || reason !== undefined || stamp - last > maxGap || (again && !otherThread);
      if (begins) {
        dump += 1;
        ids = new Set();
        otherThread = false;
      }
      because = undefined;
      last = stamp;
      if (ids.size < maxIds) ids.add(value.id);
      const goroutine = { kind: 'goroutine', stamp, dump, value, repeated: again && !begins } as const;
      if (!begins) return [goroutine];
      return [{ kind: 'dump', stamp: reason?.stamp ?? stamp, dump, cause: reason?.text }, goroutine];
    },
  };
}
