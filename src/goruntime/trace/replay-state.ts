/** The state of Go's scheduler as far as a trace has told it: what decides which event can have come next. */
import type { Generation } from './generation.ts';
import type { ThreadEvents } from './thread-events.ts';
import { broken } from './trace-error.ts';
import { TraceEvent, type TraceEventKind } from './trace-event.ts';
import { wire } from './wire-events.ts';

/** As the runtime numbers them in status events (src/internal/trace/tracev2, `GoStatus`). */
export const goStatus = { runnable: 1, running: 2, syscall: 3, waiting: 4 } as const;
/** Likewise, `ProcStatus`. Abandoned: its thread was lost sight of while it was in a system call. */
export const procStatus = { running: 1, idle: 2, syscall: 3, abandoned: 4 } as const;

/** A counter that begins anew in each generation. */
interface Sequence {
  generation: number;
  sequence: number;
}

/** A goroutine that is alive. */
export interface GoroutineEntry extends Sequence {
  status: number;
  isAssisting: boolean;
  /** Kinds of the stops of the world that it has begun. */
  stops: string[];
  regions: { readonly task: number; readonly name: string }[] | undefined;
}

/** A processor that was seen. */
export interface ProcEntry extends Sequence {
  status: number;
  isSweeping: boolean;
}

/** A thread, and what it holds; -1 for none. */
export interface ThreadEntry {
  readonly id: number;
  goroutine: number;
  proc: number;
}

/** A task that has begun. */
export interface TaskEntry {
  readonly name: string;
  readonly parent: number;
}

/** What events change, and through which they are delivered. */
export class ReplayState {
  readonly goroutines = new Map<number, GoroutineEntry>();
  readonly procs = new Map<number, ProcEntry>();
  readonly threads = new Map<number, ThreadEntry>();
  readonly tasks = new Map<number, TaskEntry>();
  collector: 'unknown' | 'off' | 'on' = 'unknown';
  collectorSequence = 0;
  firstGeneration = 0;
  generation: Generation;
  /** The thread whose event is looked at. */
  thread: ThreadEntry = { id: -1, goroutine: -1, proc: -1 };
  readonly event = new TraceEvent();
  private readonly deliver: (event: TraceEvent, generation: Generation) => void;

  constructor(first: Generation, deliver: (event: TraceEvent, generation: Generation) => void) {
    this.generation = first;
    this.firstGeneration = first.number;
    this.deliver = deliver;
  }

  get isFirstGeneration(): boolean {
    return this.generation.number === this.firstGeneration;
  }

  /** What is written by no thread binds nothing. */
  lookAt(thread: number): void {
    const known = this.threads.get(thread);
    this.thread = known ?? { id: thread, goroutine: -1, proc: -1 };
    if (!known && thread !== -1) this.threads.set(thread, this.thread);
  }

  /** An event of this thread, to be completed and told. */
  begin(kind: TraceEventKind, at: ThreadEvents): TraceEvent {
    const { event, thread } = this;
    event.kind = kind;
    event.ns = at.ns;
    event.threadNs = at.ns;
    event.wire = at.kind;
    event.thread = thread.id;
    event.proc = thread.proc;
    event.goroutine = thread.goroutine;
    event.text = '';
    event.stack = 0;
    event.startStack = 0;
    return event;
  }

  tell(): void {
    this.deliver(this.event, this.generation);
  }

  /** A goroutine's change of state. */
  change(at: ThreadEvents, of: number, from: TraceEvent['from'], to: TraceEvent['to'], stack = 0, reason = 0): void {
    const event = this.begin('goroutine', at);
    event.of = of;
    event.from = from;
    event.to = to;
    event.stack = this.generation.stacks.checked(stack);
    event.text = this.generation.strings.text(reason);
    this.tell();
  }

  changeProc(at: ThreadEvents, of: number, from: TraceEvent['from'], to: TraceEvent['to']): void {
    const event = this.begin('proc', at);
    event.of = of;
    event.from = from;
    event.to = to;
    this.tell();
  }

  /** Whether it is the next number of this counter. */
  isNext(entry: Sequence, sequence: number): boolean {
    return entry.generation === this.generation.number && sequence === entry.sequence + 1;
  }

  reset(entry: Sequence): void {
    entry.generation = this.generation.number;
    entry.sequence = 0;
  }

  newGoroutine(id: number, status: number): void {
    const generation = this.generation.number;
    const own = { isAssisting: false, stops: [], regions: undefined };
    this.goroutines.set(id, { status, generation, sequence: 0, ...own });
  }

  /** The goroutine of the thread, which must have a processor as well and be in this state. */
  current(status: number, at: ThreadEvents): GoroutineEntry {
    this.needProc(at);
    const entry = this.goroutineHere(at);
    if (entry.status !== status)
      throw this.contradiction(at, `its goroutine ${this.thread.goroutine} is in another state`);
    return entry;
  }

  goroutineHere(at: ThreadEvents): GoroutineEntry {
    const { thread } = this;
    if (thread.id === -1 || thread.goroutine === -1) throw this.contradiction(at, 'its thread runs no goroutine');
    const entry = this.goroutines.get(thread.goroutine);
    if (!entry) throw this.contradiction(at, `its goroutine ${thread.goroutine} is not known`);
    return entry;
  }

  /** The thread must have a processor. */
  needProc(at: ThreadEvents): ProcEntry {
    const entry = this.procs.get(this.thread.proc);
    if (this.thread.id === -1 || this.thread.proc === -1 || !entry)
      throw this.contradiction(at, 'its thread has no processor');
    return entry;
  }

  /** The thread must have a processor and a goroutine. */
  needGoroutine(at: ThreadEvents): void {
    if (this.thread.id === -1 || this.thread.proc === -1) throw this.contradiction(at, 'its thread has no processor');
    if (this.thread.goroutine === -1) throw this.contradiction(at, 'its thread runs no goroutine');
  }

  /** Names event, thread and generation. */
  contradiction(at: ThreadEvents, why: string): Error {
    const [name = at.kind] = Object.entries(wire).find(([, number]) => number === at.kind) ?? [];
    return broken(`${name} of thread ${at.thread} in generation ${this.generation.number}: ${why}`);
  }
}
