/** Lines of a log, however carried, to the streams that are in it and what each of them said. */

import { createDumpReader, type DumpReader, type DumpRecord } from '../goroutines/dump-reader.ts';
import type { TraceKind } from '../lines/kinds.ts';
import type { CarriedLine } from './carried-line.ts';
import { createCarrierLearner } from './carrier-learner.ts';
import { isPacked, withoutEntities, withTab, writtenLines } from './escaped-text.ts';
import { anchorIn } from './line-anchor.ts';
import { createLineJoiner } from './line-joiner.ts';
import { createPrefixForm } from './prefix-form.ts';
import { createStructuredForm } from './structured-form.ts';
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
export type LogRejects = ReadonlyMap<RejectKind, Rejects>;

type RejectKind = TraceKind | 'goroutine' | 'stack' | 'longLine';

/** One stream within the log. */
interface Source {
  readonly name: string;
  readonly traces: TraceScanner;
  readonly dump: DumpReader;
  lastLine: number;
}

/** No line of the runtime is longer; of another only what was a whole dump is read beyond it. */
const maxLine = 64 * 1024;
/** Streams remembered at one time; the one that was silent for longest is forgotten for a new one. */
const maxSources = 1024;
/** A stream that waits for the rest of something waits no longer than so many lines of others. */
const maxLinesToWait = 4096;
const checkEvery = 1024;
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

/** Takes the lines of a log in their order. */
export interface LogStreams {
  /** True while some stream waits for the rest of something, so that every line matters. */
  waiting(): boolean;
  /** One line, of which the end may have been cut because it was too long to keep. */
  line(whole: string, stamp: number, shortened: boolean): void;
  settle(): void;
  end(): LogRejects;
}

/** The streams of a log of which no line was read. */
export function createLogStreams(onRecord: OnLogRecord): LogStreams {
  return new Streams(onRecord);
}

class Streams implements LogStreams {
  private readonly onRecord: OnLogRecord;
  private readonly sources = new Map<string, Source>();
  private readonly waitingSources = new Set<Source>();
  private readonly rejects = new Map<RejectKind, Rejects>();
  private lines = 0;
  private readonly prefixes = createCarrierLearner(createPrefixForm(), (line) => this.read(line, true));
  private readonly structures = createCarrierLearner(createStructuredForm(), (line) => this.undoEscapes(line));
  private readonly joiner = createLineJoiner((line) => {
    if (line.text.length > maxLine) this.long(line);
    else this.stripped(line);
  });

  constructor(onRecord: OnLogRecord) {
    this.onRecord = onRecord;
  }

  waiting(): boolean {
    if (this.waitingSources.size > 0 || this.joiner.waiting()) return true;
    return this.structures.waiting() || this.prefixes.waiting();
  }

  line(whole: string, stamp: number, shortened: boolean): void {
    this.lines += 1;
    if (shortened && (this.waitingSources.size > 0 || tellingLine.test(whole))) this.rejectLong(whole);
    this.joiner.line(whole, stamp, this.lines);
    if (this.lines % checkEvery === 0) this.settleSilent();
  }

  settle(): void {
    this.structures.settle();
    this.prefixes.settle();
  }

  end(): LogRejects {
    this.joiner.giveUp(Number.POSITIVE_INFINITY);
    this.settle();
    for (const source of [...this.sources.values()]) this.forget(source);
    return this.rejects;
  }

  private reject(kind: RejectKind, { count, example }: Rejects): void {
    const before = this.rejects.get(kind);
    if (count > 0)
      this.rejects.set(kind, before ? { count: before.count + count, example: before.example } : { count, example });
  }

  private give(source: Source, records: readonly LogRecord[], time: string | undefined): void {
    for (const record of records) this.onRecord(record, source.name, time);
  }

  /** Gives up what the stream waits for. */
  private giveUp(source: Source): void {
    this.give(source, source.dump.end(), undefined);
    source.traces.end();
    this.waitingSources.delete(source);
  }

  private forget(source: Source): void {
    this.giveUp(source);
    for (const [kind, each] of source.traces.allRejects()) this.reject(kind, each);
    const { header, stack } = source.dump.rejects();
    this.reject('goroutine', header);
    this.reject('stack', stack);
    this.sources.delete(source.name);
  }

  private sourceOf(name: string): Source {
    const known = this.sources.get(name);
    if (known) return known;
    if (this.sources.size >= maxSources) {
      this.forget([...this.sources.values()].reduce((a, b) => (a.lastLine < b.lastLine ? a : b)));
    }
    const source = {
      name,
      traces: createTraceScanner(),
      dump: createDumpReader(),
      lastLine: 0,
    };
    this.sources.set(name, source);
    return source;
  }

  /** A line without any carrier; one that is not `telling` matters only to what waits for it. */
  private read(line: CarriedLine, telling: boolean): void {
    const { stamp, time } = line;
    const text = withTab(line.text);
    const source = this.sourceOf(line.source);
    source.lastLine = line.number;
    if (telling || source.traces.waiting()) this.give(source, source.traces.line(text, stamp), time);
    this.give(source, source.dump.line(text, stamp), time);
    if (source.traces.waiting() || source.dump.waiting()) this.waitingSources.add(source);
    else this.waitingSources.delete(source);
  }

  private isIdle(): boolean {
    return this.structures.isIdle() && this.prefixes.isIdle();
  }

  /** A line as its program wrote it, or several that somebody made one. */
  private undoEscapes(line: CarriedLine): void {
    const text = withoutEntities(line.text);
    const written = writtenLines(text);
    if (!written) {
      this.prefixes.line(text === line.text ? line : { ...line, text });
      return;
    }
    const prefix = text.slice(0, Math.max(0, anchorIn(written[0] ?? '')));
    written.forEach((each, at) => {
      this.prefixes.line({ ...line, text: at === 0 ? each : prefix + each });
    });
  }

  /** A line without the prefixes that are known. */
  private stripped(line: CarriedLine): void {
    // Most logs have no carrier that is to be learned, and most of their lines begin with a mark or have none.
    const itself = beginsItself(line.text);
    const telling = itself || tellingLine.test(line.text);
    if ((itself || !telling) && this.isIdle() && !line.text.includes('&')) this.read(line, telling);
    else this.structures.line(line);
  }

  /** A line that is longer than any of the runtime: a dump that was made one, or only its beginning matters. */
  private long(line: CarriedLine): void {
    if (isPacked(line.text)) this.structures.line(line);
    else if (this.waitingSources.size > 0 || tellingLine.test(line.text)) {
      this.rejectLong(line.text);
      this.stripped({ ...line, text: line.text.slice(0, maxLine) });
    }
  }

  private rejectLong(text: string): void {
    this.reject('longLine', { count: 1, example: text.slice(0, 160) });
  }

  /** What waits for lines that do not come is given up. */
  private settleSilent(): void {
    this.joiner.giveUp(this.lines - maxLinesToWait);
    for (const each of this.waitingSources) if (this.lines - each.lastLine > maxLinesToWait) this.giveUp(each);
  }
}
