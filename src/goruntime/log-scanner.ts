/** Bytes of a log, of any number of Go processes and however carried, to what their runtimes said; memory stays flat. */
import type { CarriedLine } from './carried-line.ts';
import { createCarrierLearner } from './carrier-learner.ts';
import { createDumpReader, type DumpReader, type DumpRecord } from './dump-reader.ts';
import { withoutEntities, withTab, writtenLines } from './escaped-text.ts';
import { anchorIn } from './line-anchor.ts';
import { stripPrefix } from './log-prefix.ts';
import { createPrefixForm } from './prefix-form.ts';
import { createStructuredForm } from './structured-form.ts';
import type { TraceKind } from './trace-kinds.ts';
import { createTraceScanner, type Rejects, type TraceRecord, type TraceScanner } from './trace-scanner.ts';

/** What a runtime said; `stamp` is the byte of the log at which its line begins. */
export type LogRecord = TraceRecord | DumpRecord;

/**
 * Gets a record with the stream of the log that it is from, as prefixes say (empty without them), and with the time that
 * the prefix of the line which completed it gives, as printed.
 */
export type OnLogRecord = (record: LogRecord, source: string, time: string | undefined) => void;

/**
 * What could not be read, by kind, with the first example of each: `goroutine` counts headers, `stack` goroutines of which no
 * frame was read, `longLine` lines that were cut.
 */
type LogRejects = ReadonlyMap<RejectKind, Rejects>;

type RejectKind = TraceKind | 'goroutine' | 'stack' | 'longLine';

/** Reads a log chunk by chunk; where the chunks are cut does not matter; never throws. */
export interface LogScanner {
  write(chunk: Uint8Array): void;
  /** Holds no line back any longer to learn from the next ones, for whoever wants to know now. */
  settle(): void;
  /** No more bytes; gives out what is complete and counts what is not. */
  end(): LogRejects;
}

/** One stream within the log. */
interface Source {
  readonly name: string;
  readonly traces: TraceScanner;
  readonly dump: DumpReader;
  lastLine: number;
}

/** Bytes looked at in one go; whoever keeps a piece of a line's text keeps as much of the log in memory. */
const partBytes = 8 * 1024;
/** No line of the runtime is longer; what goes beyond it is not read. */
const maxLine = 64 * 1024;
/** Streams remembered at one time; the one that was silent for longest is forgotten for a new one. */
const maxSources = 1024;
/** A stream that waits for the rest of something waits no longer than so many lines of others. */
const maxLinesToWait = 4096;
const checkEvery = 1024;
/** Bytes that a part of the log must hold to be looked at line by line. */
const tellTale =
  /SCHED |gc[ \d]|goroutine \d|scvg|scav |pacer: |init |GC forced|panic: |fatal error: |SIG[A-Z0-9]{2,12}: |Signal \d|-----/g;

/** What a line holds that may be the runtime's, or of which a goroutine may be learned. */
const tellingLine =
  /SCHED |gc[ \d]|goroutine \d+ [[gm]|scvg|scav |pacer: |init |GC forced|panic: |fatal error: |SIG[A-Z0-9]{2,12}: /;
/** True for a line of the runtime that begins where the line does, and holds no other. */
function beginsItself(text: string): boolean {
  const first = text.charCodeAt(0);
  const mark = first === 103 ? (text.charCodeAt(1) === 99 ? 'gc ' : 'goroutine ') : first === 83 ? 'SCHED ' : '';
  if (mark === '' || !text.startsWith(mark)) return false;
  return 'P)]:'.includes(text.charAt(text.length - 1)) && text.lastIndexOf(mark) === 0;
}

const newline = 10;

/** A scanner at the beginning of a log; `onRecord` gets every record in the order of the lines that complete them. */
export function createLogScanner(onRecord: OnLogRecord): LogScanner {
  const streams = createStreams(onRecord);
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
    settle: streams.settle,
    end() {
      if (begunBytes > 0) endBegun();
      return streams.end();
    },
  };
}

/** Gives the streams those of these lines that may matter to them. */
function scanLines(streams: Streams, bytes: Buffer, offset: number): void {
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
    if (end - at <= maxLine) streams.line(line, offset + at);
    else streams.longLine(line, offset + at);
    at = end + 1;
  }
}

interface Streams {
  /** True while some stream waits for the rest of something, so that every line matters. */
  waiting(): boolean;
  line(whole: string, stamp: number): void;
  longLine(whole: string, stamp: number): void;
  settle(): void;
  end(): LogRejects;
}

function createStreams(onRecord: OnLogRecord): Streams {
  const sources = new Map<string, Source>();
  const waiting = new Set<Source>();
  const rejects = new Map<RejectKind, Rejects>();
  /** The beginnings of lines that a carrier cut, by their source. */
  const cut = new Map<string, CarriedLine>();
  let lines = 0;

  function reject(kind: RejectKind, { count, example }: Rejects): void {
    const before = rejects.get(kind);
    if (count > 0)
      rejects.set(kind, before ? { count: before.count + count, example: before.example } : { count, example });
  }

  function give(source: Source, records: readonly LogRecord[], time: string | undefined): void {
    for (const record of records) onRecord(record, source.name, time);
  }

  /** Gives up what the stream waits for. */
  function settle(source: Source): void {
    give(source, source.dump.end(), undefined);
    source.traces.end();
    waiting.delete(source);
  }

  function forget(source: Source): void {
    settle(source);
    for (const [kind, each] of source.traces.allRejects()) reject(kind, each);
    const { header, stack } = source.dump.rejects();
    reject('goroutine', header);
    reject('stack', stack);
    sources.delete(source.name);
  }

  function sourceOf(name: string): Source {
    const known = sources.get(name);
    if (known) return known;
    if (sources.size >= maxSources) {
      forget([...sources.values()].reduce((a, b) => (a.lastLine < b.lastLine ? a : b)));
    }
    const source = {
      name,
      traces: createTraceScanner(),
      dump: createDumpReader(),
      lastLine: 0,
    };
    sources.set(name, source);
    return source;
  }

  /** A line without any carrier; one that is not `telling` matters only to what waits for it. */
  function read(line: CarriedLine, telling: boolean): void {
    const { stamp, time } = line;
    const text = withTab(line.text);
    const source = sourceOf(line.source);
    source.lastLine = line.number;
    if (telling || source.traces.waiting()) give(source, source.traces.line(text, stamp), time);
    give(source, source.dump.line(text, stamp), time);
    if (source.traces.waiting() || source.dump.waiting()) waiting.add(source);
    else waiting.delete(source);
  }

  const prefixes = createCarrierLearner(createPrefixForm(), (line) => read(line, true));
  const structures = createCarrierLearner(createStructuredForm(), undoEscapes);
  const isIdle = () => structures.isIdle() && prefixes.isIdle();

  /** A line as its program wrote it, or several that somebody made one. */
  function undoEscapes(line: CarriedLine): void {
    const text = withoutEntities(line.text);
    const written = writtenLines(text);
    if (!written) {
      prefixes.line(text === line.text ? line : { ...line, text });
      return;
    }
    const prefix = text.slice(0, Math.max(0, anchorIn(written[0] ?? '')));
    written.forEach((each, at) => {
      prefixes.line({ ...line, text: at === 0 ? each : prefix + each });
    });
  }

  /** A line without the prefixes that are known. */
  function stripped(line: CarriedLine): void {
    // Most logs have no carrier that is to be learned, and most of their lines begin with a mark or have none.
    const itself = beginsItself(line.text);
    const telling = itself || tellingLine.test(line.text);
    if ((itself || !telling) && isIdle() && !line.text.includes('&')) read(line, telling);
    else structures.line(line);
  }

  function line(whole: string, stamp: number): void {
    lines += 1;
    const { source, time, text, partial } = stripPrefix(whole);
    const begun = cut.size > 0 || partial ? cut.get(source) : undefined;
    const own: CarriedLine = { source, time, text, stamp, number: lines };
    const joined = begun ? { ...begun, time, text: begun.text + text, number: lines } : own;
    if (partial && joined.text.length <= maxLine) cut.set(source, joined);
    else {
      if (begun) cut.delete(source);
      stripped(joined);
    }
    if (lines % checkEvery === 0) settleSilent();
  }

  /** What waits for lines that do not come is given up. */
  function settleSilent(): void {
    for (const [source, begun] of cut) if (lines - begun.number > maxLinesToWait) giveUp(source);
    for (const each of waiting) if (lines - each.lastLine > maxLinesToWait) settle(each);
  }

  function giveUp(source: string): void {
    const begun = cut.get(source);
    cut.delete(source);
    if (begun) stripped(begun);
  }

  function settleCarriers(): void {
    structures.settle();
    prefixes.settle();
  }

  return {
    settle: settleCarriers,
    waiting: () => waiting.size > 0 || cut.size > 0 || structures.waiting() || prefixes.waiting(),
    line,
    longLine(whole, stamp) {
      tellTale.lastIndex = 0;
      if (waiting.size === 0 && !tellTale.test(whole)) return;
      reject('longLine', { count: 1, example: whole.slice(0, 160) });
      line(whole, stamp);
    },
    end() {
      for (const source of [...cut.keys()]) giveUp(source);
      settleCarriers();
      for (const source of [...sources.values()]) forget(source);
      return rejects;
    },
  };
}
