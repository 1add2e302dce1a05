/** A stream of bytes as batches: each belongs to one thread and one generation (src/internal/trace/tracev2, `EventBatch`). */
import { ByteReader } from './byte-reader.ts';
import { formatOf, headerBytes, type TraceFormat } from './header.ts';
import { broken, TraceError } from './trace-error.ts';

/** Events of one thread, or a table of a generation. */
export interface Batch {
  readonly generation: number;
  /** The thread's id in the kernel; -1 for none. */
  readonly thread: number;
  /** Clock units. */
  readonly time: number;
  readonly isExperimental: boolean;
  /** A part of the bytes that came, where they came in one piece. */
  readonly data: Uint8Array;
}

/** Where the batches of a stream go to. */
export interface BatchTaker {
  batch(batch: Batch): void;
  /** A generation is complete: only formats from 26 on say so. */
  endOfGeneration(): void;
}

const eventBatch = 1;
const experimentalBatch = 49;
const endOfGeneration = 52;
const mostBytes = 65_536;
/** Five numbers of ten bytes, and the two before them. */
const longestHead = 52;

/** Cuts a stream into batches, in pieces of any size. */
export class BatchSplitter {
  /** Known with the first 16 bytes. */
  format: TraceFormat | undefined;
  private rest: Uint8Array = new Uint8Array(0);
  private readonly taker: BatchTaker;

  constructor(taker: BatchTaker) {
    this.taker = taker;
  }

  /** Takes the next bytes, which must not be changed afterwards; throws a TraceError where they are none of a trace. */
  push(chunk: Uint8Array): void {
    const bytes = this.rest.length === 0 ? chunk : joined(this.rest, chunk);
    let at = 0;
    if (this.format === undefined && bytes.length >= headerBytes) {
      this.format = formatOf(bytes);
      at = headerBytes;
    }
    while (this.format !== undefined && at < bytes.length) {
      const next = this.take(bytes, at);
      if (next === undefined) break;
      at = next;
    }
    // A copy, so that a few bytes do not hold a whole chunk.
    this.rest = bytes.slice(at);
  }

  /** Throws a TraceError where the stream ends within a header or a batch. */
  end(): void {
    if (this.format === undefined) formatOf(this.rest);
    if (this.rest.length > 0)
      throw new TraceError(
        'cut-off',
        `the trace ends within a batch, ${this.rest.length} bytes after the last whole one`,
      );
  }

  /** Where the next batch begins; undefined when this one is not all there. */
  private take(bytes: Uint8Array, from: number): number | undefined {
    const kind = bytes[from];
    if (kind === endOfGeneration && this.format === 26) {
      this.taker.endOfGeneration();
      return from + 1;
    }
    if (kind !== eventBatch && kind !== experimentalBatch) throw broken(`expected a batch, got event ${kind}`);
    const isExperimental = kind === experimentalBatch;
    const reader = new ByteReader(bytes, from + (isExperimental ? 2 : 1));
    const head = readHead(reader, bytes.length - from >= longestHead);
    if (!head) return undefined;
    if (!(head.size >= 0 && head.size <= mostBytes))
      throw broken(`a batch of ${head.size} bytes, at most ${mostBytes} are allowed`);
    if (head.generation === 0) throw broken('a batch of generation 0');
    const end = reader.at + head.size;
    if (end > bytes.length) return undefined;
    const { generation, thread, time } = head;
    this.taker.batch({ generation, thread, time, isExperimental, data: bytes.subarray(reader.at, end) });
    return end;
  }
}

function readHead(reader: ByteReader, isWhole: boolean) {
  try {
    return { generation: reader.varint(), thread: reader.varint(), time: reader.varint(), size: reader.varint() };
  } catch (error) {
    // What is not whole yet may only lack its end.
    if (isWhole || reader.at <= reader.bytes.length) throw error;
    return undefined;
  }
}

function joined(first: Uint8Array, then: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + then.length);
  bytes.set(first);
  bytes.set(then, first.length);
  return bytes;
}
