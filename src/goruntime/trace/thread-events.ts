/** The events of one thread in a generation, one at a time. */
import type { Batch } from './batches.ts';
import { ByteReader } from './byte-reader.ts';
import type { TraceClock } from './trace-clock.ts';
import { broken } from './trace-error.ts';
import { arity, notTimed } from './wire-events.ts';

/** Stands at an event, whose number and values it has, or at the end. */
export class ThreadEvents {
  readonly thread: number;
  /** See `wire`. */
  kind = 0;
  /** By its own clock, nanoseconds since the first batch of the trace. */
  ns = 0;
  /** What follows its time, as many as `arity` says; the others are what they were. */
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  private readonly batches: readonly Batch[];
  private readonly clock: TraceClock;
  private readonly reader = new ByteReader(new Uint8Array(0));
  private nextBatch = 0;

  constructor(thread: number, batches: readonly Batch[], clock: TraceClock) {
    this.thread = thread;
    this.batches = batches;
    this.clock = clock;
  }

  /** Goes to the next event; false at the end. Throws a TraceError for bytes that are none. */
  next(): boolean {
    const { reader } = this;
    while (reader.isAtEnd) {
      const batch = this.batches[this.nextBatch++];
      if (!batch) return false;
      reader.bytes = batch.data;
      reader.at = 0;
      this.ns = this.clock.at(batch.time);
    }
    const kind = reader.byte();
    const count = arity[kind] ?? notTimed;
    if (count === notTimed) throw broken(`thread ${this.thread} has event ${kind} among those with a time`);
    this.kind = kind;
    this.ns += this.clock.span(reader.varint());
    if (count > 0) this.a = reader.varint();
    if (count > 1) this.b = reader.varint();
    if (count > 2) this.c = reader.varint();
    if (count > 3) this.d = reader.varint();
    return true;
  }
}
