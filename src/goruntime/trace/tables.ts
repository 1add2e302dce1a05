/** What the events of a generation refer to by number: texts and call stacks. */
import { ByteReader } from './byte-reader.ts';
import { broken } from './trace-error.ts';

/** A place in the code: a call stack has its leaf first. */
export interface TraceFrame {
  readonly pc: number;
  /** With its package, as in `net/http.(*conn).serve`. */
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

const stackEntry = 3;
const stringEntry = 5;
const mostTextBytes = 1024;
const mostFrames = 128;

interface StoredFrame {
  readonly function: number;
  readonly file: number;
  readonly line: number;
}

const decoder = new TextDecoder('utf-8');

/** Texts of one generation; number 0 is the empty one. */
export class StringTable {
  private readonly stored = new Map<number, Uint8Array>();
  private readonly decoded = new Map<number, string>([[0, '']]);

  /** Takes a batch of texts, whose first byte says what it is. */
  add(data: Uint8Array): void {
    const reader = new ByteReader(data, 1);
    while (!reader.isAtEnd) {
      const kind = reader.byte();
      if (kind !== stringEntry) throw broken(`expected a text in a table of texts, got event ${kind}`);
      const id = reader.varint();
      const length = reader.varint();
      if (!(length >= 0 && length <= mostTextBytes)) throw broken(`a text of ${length} bytes`);
      if (this.has(id)) throw broken(`text ${id} is there twice`);
      this.stored.set(id, reader.slice(length));
    }
  }

  has(id: number): boolean {
    return id === 0 || this.stored.has(id);
  }

  /** What is cut within a character has a replacement character there; throws a TraceError for a number that is not there. */
  text(id: number): string {
    const known = this.decoded.get(id);
    if (known !== undefined) return known;
    const bytes = this.stored.get(id);
    if (bytes === undefined) throw broken(`an event names text ${id}, which its generation does not have`);
    const text = decoder.decode(bytes);
    this.decoded.set(id, text);
    return text;
  }
}

/** Call stacks of one generation; number 0 is none. */
export class StackTable {
  private readonly strings: StringTable;
  private readonly stacks = new Map<number, readonly number[]>();
  private readonly places = new Map<number, StoredFrame>();
  private readonly resolved = new Map<number, readonly TraceFrame[]>();
  private readonly frames = new Map<number, TraceFrame>();

  constructor(strings: StringTable) {
    this.strings = strings;
  }

  /** Takes a batch of stacks, whose first byte says what it is. */
  add(data: Uint8Array): void {
    const reader = new ByteReader(data, 1);
    while (!reader.isAtEnd) {
      const kind = reader.byte();
      if (kind !== stackEntry) throw broken(`expected a stack in a table of stacks, got event ${kind}`);
      const id = reader.varint();
      const count = reader.varint();
      if (!(count >= 0 && count <= mostFrames)) throw broken(`a stack of ${count} frames`);
      const pcs = Array.from({ length: count }, () => this.readFrame(reader));
      if (this.has(id)) throw broken(`stack ${id} is there twice`);
      this.stacks.set(id, pcs);
    }
  }

  /** Throws a TraceError where a frame names a text that is not there. */
  check(): void {
    for (const [pc, place] of this.places) {
      for (const text of [place.function, place.file])
        if (!this.strings.has(text))
          throw broken(`the frame at ${pc.toString(16)} names text ${text}, which is not there`);
    }
  }

  /** Itself; throws a TraceError where there is no such stack. */
  checked(id: number): number {
    if (!this.has(id)) throw broken(`an event names stack ${id}, which its generation does not have`);
    return id;
  }

  /** Its frames, leaf first; none for 0. The same stack gives the same array. */
  framesOf(id: number): readonly TraceFrame[] {
    const known = this.resolved.get(id);
    if (known) return known;
    const frames = (this.stacks.get(id) ?? []).map((pc) => this.frameAt(pc));
    this.resolved.set(id, frames);
    return frames;
  }

  private has(id: number): boolean {
    return id === 0 || this.stacks.has(id);
  }

  private readFrame(reader: ByteReader): number {
    const pc = reader.varint();
    const place = { function: reader.varint(), file: reader.varint(), line: reader.varint() };
    // A place that is told otherwise a second time stays what it was.
    if (!this.places.has(pc)) this.places.set(pc, place);
    return pc;
  }

  private frameAt(pc: number): TraceFrame {
    const known = this.frames.get(pc);
    if (known) return known;
    const place = this.places.get(pc);
    if (!place) throw broken(`no frame at ${pc.toString(16)}`);
    const { strings } = this;
    const frame = { pc, function: strings.text(place.function), file: strings.text(place.file), line: place.line };
    this.frames.set(pc, frame);
    return frame;
  }
}
