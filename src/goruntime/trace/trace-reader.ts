/** Reads Go execution traces of format 2, which Go 1.22 to 1.27 write, piece by piece; at most two generations are held. */
import { type Batch, BatchSplitter } from './batches.ts';
import { type ClockSnapshot, Generation } from './generation.ts';
import type { TraceFormat } from './header.ts';
import { Replay } from './replay.ts';
import { TraceClock } from './trace-clock.ts';
import { broken, TraceError } from './trace-error.ts';
import type { TraceEvent } from './trace-event.ts';

/** What was read of a trace. */
export interface TraceSummary {
  /** Generations that were delivered whole. */
  readonly generations: number;
  readonly events: number;
  readonly bytes: number;
  /** Nanoseconds from the first event to the last. */
  readonly coveredNs: number;
  /** See `ReplayCounts`. */
  readonly outOfTime: number;
  /** Events whose time was moved behind that of the one before. */
  readonly movedTimes: number;
}

/** Takes events, in order. Event and generation are only to be read, and the event only now. */
export type TakeEvent = (event: Readonly<TraceEvent>, generation: Generation) => void;

/** How much one generation may take; about a second of a service with ten thousand requests per second has 6 MB. */
const mostGenerationBytes = 256e6;

/** Call `push` with each piece and `end` once; neither throws anything but a TraceError, after which nothing more is taken. */
export class TraceReader {
  private readonly take: TakeEvent;
  private readonly splitter: BatchSplitter;
  private readonly mostBytes: number;
  private current: Generation | undefined;
  private replay: Replay | undefined;
  private clockOfTrace: TraceClock | undefined;
  private lastNs = Number.NEGATIVE_INFINITY;
  private firstNs = 0;
  private readonly counts = { generations: 0, events: 0, bytes: 0, movedTimes: 0 };
  private monotonicOriginNs: number | undefined;
  /** One of each generation that has it. */
  readonly snapshots: ClockSnapshot[] = [];

  constructor(take: TakeEvent, mostBytes: number = mostGenerationBytes) {
    this.take = take;
    this.mostBytes = mostBytes;
    this.splitter = new BatchSplitter({ batch: (batch) => this.batch(batch), endOfGeneration: () => this.finish() });
  }

  /** Known with the first 16 bytes. */
  get format(): TraceFormat | undefined {
    return this.splitter.format;
  }

  /** CLOCK_MONOTONIC at the moment from which times count, nanoseconds; undefined until a generation was read, and for formats before 25. */
  get monotonicNs(): number | undefined {
    return this.monotonicOriginNs;
  }

  /** When the trace's first batch was begun, by the clock of its process, nanoseconds; on Linux CLOCK_MONOTONIC, which all processes of a machine share. */
  get originNs(): number | undefined {
    const { clockOfTrace } = this;
    return clockOfTrace && clockOfTrace.originUnits * clockOfTrace.nsPerUnit;
  }

  /** The next bytes of the file, which must not be changed afterwards. */
  push(bytes: Uint8Array): void {
    this.counts.bytes += bytes.length;
    this.splitter.push(bytes);
  }

  /** No more will come. Throws a TraceError where the last generation is not whole. */
  end(): void {
    const cut = this.endOfBytes();
    if (this.current) {
      if (this.splitter.format === 26) throw cut ?? incomplete();
      this.finishLast(cut);
    }
    if (cut) throw cut;
    if (this.counts.generations === 0 && this.splitter.format !== 26) throw broken('it holds no generation');
    this.replay?.sync(this.lastNs);
  }

  /** As far as it was read. */
  summary(): TraceSummary {
    const coveredNs = this.counts.events > 0 ? this.lastNs - this.firstNs : 0;
    return { ...this.counts, coveredNs, outOfTime: this.replay?.counts.outOfTime ?? 0 };
  }

  private endOfBytes(): TraceError | undefined {
    try {
      this.splitter.end();
      return undefined;
    } catch (error) {
      if (error instanceof TraceError && error.fault === 'cut-off') return error;
      throw error;
    }
  }

  /** Before 26 nothing says that a generation is whole, but what is missing of one that is not. */
  private finishLast(cut: TraceError | undefined): void {
    try {
      this.finish();
    } catch (error) {
      throw cut ?? error;
    }
  }

  private batch(batch: Batch): void {
    const { format } = this.splitter;
    if (format === undefined) return;
    if (this.current && batch.generation !== this.current.number) {
      if (format === 26 || batch.generation !== this.current.number + 1)
        throw broken(`a batch of generation ${batch.generation} comes within generation ${this.current.number}`);
      this.finish();
    }
    this.current ??= new Generation(batch.generation, format);
    this.current.add(batch);
    if (this.current.bytes > this.mostBytes)
      throw new TraceError(
        'too-large',
        `one generation of the trace has more than ${Math.round(this.mostBytes / 1e6)} MB, which is more than is held in memory; record a quieter moment`,
      );
  }

  private finish(): void {
    const generation = this.current;
    if (!generation) throw broken('a generation ends that has not begun');
    this.current = undefined;
    generation.check();
    const clock = new TraceClock(generation.unitsPerSecond, generation.firstUnits, this.clockOfTrace);
    this.clockOfTrace ??= clock;
    this.replay ??= new Replay(generation, (event, of) => this.deliver(event, of));
    const { snapshot } = generation;
    if (snapshot) {
      this.snapshots.push(snapshot);
      this.monotonicOriginNs ??= snapshot.monotonicNs - clock.at(snapshot.units);
    }
    this.replay.play(generation, clock);
    this.counts.generations++;
  }

  private deliver(event: TraceEvent, generation: Generation): void {
    if (event.ns <= this.lastNs) {
      event.ns = this.lastNs + 1;
      this.counts.movedTimes++;
    }
    if (this.counts.events++ === 0) this.firstNs = event.ns;
    this.lastNs = event.ns;
    this.take(event, generation);
  }
}

function incomplete(): TraceError {
  return new TraceError('cut-off', 'the trace ends within a generation, which says itself where it ends');
}
