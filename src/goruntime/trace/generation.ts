/** About a second of a trace: what its threads wrote, and the tables that their events refer to. */
import type { Batch } from './batches.ts';
import { ByteReader } from './byte-reader.ts';
import type { TraceFormat } from './header.ts';
import { StackTable, StringTable } from './tables.ts';
import { broken } from './trace-error.ts';

/** A moment at which the clock of the trace and the monotonic clock were read together; only formats from 25 on have it. */
export interface ClockSnapshot {
  readonly units: number;
  /** CLOCK_MONOTONIC on Linux, nanoseconds. */
  readonly monotonicNs: number;
  /** Seconds since 1970. */
  readonly wallS: number;
}

/** Where the CPU profiler found a thread. */
export interface CpuSample {
  readonly units: number;
  readonly thread: number;
  /** -1 for none. */
  readonly proc: number;
  /** -1 for none. */
  readonly goroutine: number;
  readonly stack: number;
}

const kinds = { stacks: 2, strings: 4, cpuSamples: 6, frequency: 8, sync: 50 } as const;
const entries = { cpuSample: 7, frequency: 8, clockSnapshot: 51 } as const;

/** Collects the batches of one generation, and is whole when `check` returns. */
export class Generation {
  readonly number: number;
  readonly strings = new StringTable();
  readonly stacks = new StackTable(this.strings);
  readonly samples: CpuSample[] = [];
  /** By thread, in the order in which they came. */
  readonly threads = new Map<number, Batch[]>();
  unitsPerSecond = 0;
  snapshot: ClockSnapshot | undefined;
  /** The earliest of all batches. */
  firstUnits = Number.POSITIVE_INFINITY;
  bytes = 0;
  private readonly format: TraceFormat;

  constructor(number: number, format: TraceFormat) {
    this.number = number;
    this.format = format;
  }

  /** Throws a TraceError for a table that cannot be read. */
  add(batch: Batch): void {
    this.firstUnits = Math.min(this.firstUnits, batch.time);
    this.bytes += batch.data.length;
    if (batch.isExperimental) return;
    const [kind] = batch.data;
    if (kind === kinds.strings) this.strings.add(batch.data);
    else if (kind === kinds.stacks) this.stacks.add(batch.data);
    else if (kind === kinds.cpuSamples) this.addSamples(batch.data);
    else if (kind === (this.format >= 25 ? kinds.sync : kinds.frequency)) this.addSync(batch);
    else {
      const own = this.threads.get(batch.thread);
      if (own) own.push(batch);
      else this.threads.set(batch.thread, [batch]);
    }
  }

  /** Throws a TraceError where something is missing without which it cannot be read. */
  check(): void {
    if (this.unitsPerSecond === 0) throw broken(`generation ${this.number} does not say how fast its clock runs`);
    if (this.format >= 25 && !this.snapshot) throw broken(`generation ${this.number} has no clock snapshot`);
    this.stacks.check();
    this.samples.sort((a, b) => a.units - b.units);
  }

  private addSamples(data: Uint8Array): void {
    const reader = new ByteReader(data, 1);
    while (!reader.isAtEnd) {
      const kind = reader.byte();
      if (kind !== entries.cpuSample) throw broken(`expected a CPU sample, got event ${kind}`);
      const [units, thread, proc] = [reader.varint(), reader.varint(), reader.varint()];
      const goroutine = reader.varint();
      this.samples.push({ units, thread, proc, goroutine: goroutine === 0 ? -1 : goroutine, stack: reader.varint() });
    }
  }

  private addSync({ data, time }: Batch): void {
    const reader = new ByteReader(data, this.format >= 25 ? 1 : 0);
    let units = time;
    while (!reader.isAtEnd) {
      const kind = reader.byte();
      if (kind === entries.frequency) {
        if (this.unitsPerSecond !== 0) throw broken(`generation ${this.number} says twice how fast its clock runs`);
        this.unitsPerSecond = reader.varint();
      } else if (kind === entries.clockSnapshot && this.format >= 25) {
        if (this.snapshot) throw broken(`generation ${this.number} has two clock snapshots`);
        units += reader.varint();
        const [monotonicNs, seconds] = [reader.varint(), reader.varint()];
        this.snapshot = { units, monotonicNs, wallS: seconds + reader.varint() / 1e9 };
      } else throw broken(`expected the speed of the clock, got event ${kind}`);
    }
  }
}
