/** Replays the scheduler: of the next events of all threads, the first by time that can have come next is the next of the trace. */
import type { CpuSample, Generation } from './generation.ts';
import { goroutineEvents } from './replay-goroutines.ts';
import { noteEvents } from './replay-notes.ts';
import { type Advance, procEvents } from './replay-procs.ts';
import { rangeEvents } from './replay-ranges.ts';
import { ReplayState } from './replay-state.ts';
import { syscallEvents } from './replay-syscalls.ts';
import { ThreadEvents } from './thread-events.ts';
import { ThreadHeap } from './thread-heap.ts';
import type { TraceClock } from './trace-clock.ts';
import { broken } from './trace-error.ts';
import type { TraceEvent } from './trace-event.ts';

/** By number in `wire`. */
const advances: readonly (Advance | undefined)[] = tableOf([
  ...procEvents,
  ...goroutineEvents,
  ...syscallEvents,
  ...rangeEvents,
  ...noteEvents,
]);

function tableOf(events: readonly (readonly [number, Advance])[]): (Advance | undefined)[] {
  const table: (Advance | undefined)[] = new Array(256).fill(undefined);
  for (const [number, advance] of events) table[number] = advance;
  return table;
}

/** What a replay is to be trusted by. */
export interface ReplayCounts {
  /** Events that another thread's had to come before, although it had a later time: many of them say that the clock is bad. */
  outOfTime: number;
}

/** Plays generations one after the other; what is known at the end of one is known in the next. */
export class Replay {
  readonly counts: ReplayCounts = { outOfTime: 0 };
  private readonly state: ReplayState;

  constructor(first: Generation, deliver: (event: TraceEvent, generation: Generation) => void) {
    this.state = new ReplayState(first, deliver);
  }

  /** Delivers all events of the next generation; throws a TraceError where they contradict each other. */
  play(generation: Generation, clock: TraceClock): void {
    this.state.generation = generation;
    this.sync(clock.at(generation.firstUnits));
    const heap = new ThreadHeap();
    for (const [thread, batches] of generation.threads) {
      const events = new ThreadEvents(thread, batches, clock);
      if (events.next()) heap.add(events);
    }
    let nextSample = 0;
    const { samples } = generation;
    while (heap.threads.length > 0 || nextSample < samples.length) {
      const sample = samples[nextSample];
      const [head] = heap.threads;
      const sampleNs = sample && clock.at(sample.units);
      if (sample && sampleNs !== undefined && (!head || sampleNs < head.ns)) {
        this.tellSample(sample, sampleNs);
        nextSample++;
      } else this.advance(heap);
    }
  }

  /** Tells of the begin of a generation, or of the end of the trace. */
  sync(ns: number): void {
    const { event } = this.state;
    Object.assign(event, {
      kind: 'sync',
      ns,
      threadNs: ns,
      thread: -1,
      proc: -1,
      goroutine: -1,
      wire: 0,
      stack: 0,
      text: '',
    });
    this.state.tell();
  }

  private advance(heap: ThreadHeap): void {
    if (this.tryAt(heap, 0)) return;
    heap.sort();
    this.counts.outOfTime++;
    for (let place = 1; place < heap.threads.length; place++) if (this.tryAt(heap, place)) return;
    const waiting = heap.threads.map(({ thread, kind }) => `thread ${thread} with event ${kind}`);
    throw broken(
      `no thread can go on in generation ${this.state.generation.number}: ${waiting.slice(0, 8).join(', ')}`,
    );
  }

  private tryAt(heap: ThreadHeap, place: number): boolean {
    const at = heap.threads[place];
    const advance = at && advances[at.kind];
    if (!at || !advance) throw broken(`event ${at?.kind} has no place in a thread's stream`);
    this.state.lookAt(at.thread);
    if (!advance(this.state, at)) return false;
    if (at.next()) heap.moved(place);
    else heap.remove(place);
    return true;
  }

  private tellSample({ thread, proc, goroutine, stack }: CpuSample, ns: number): void {
    const { event, generation } = this.state;
    Object.assign(event, {
      kind: 'sample',
      ns,
      threadNs: ns,
      thread,
      proc,
      goroutine,
      wire: 0,
      text: '',
      startStack: 0,
    });
    event.stack = generation.stacks.checked(stack);
    this.state.tell();
  }
}
