/** Finds requests in an execution trace without any instrumentation: by the stacks of goroutines that serve them. */
import type { Generation } from '../../goruntime/trace/generation.ts';
import type { GoroutineState, TraceEvent } from '../../goruntime/trace/trace-event.ts';
import { ProcTime } from './proc-time.ts';
import { addMark, type Flow, forgetMarks, newFlow, noRoute } from './request-flow.ts';
import { orderedStates, type RequestOrder } from './request-order.ts';
import { type RequestSplit, splitOf } from './request-parts.ts';
import { type StackPlace, StackPlaces } from './stack-place.ts';

/** A request that began and ended within the trace, as its server saw it. */
export interface TracedRequest extends RequestSplit {
  /** Nanoseconds since the first batch of the trace. */
  readonly beginNs: number;
  readonly endNs: number;
  readonly goroutine: number;
  /** A task of the program that it is within, else the function that handled it; undefined where neither is seen. */
  readonly route: string | undefined;
}

/** Gets a request, and a function for the states of its goroutine in their order, which are worth keeping of few. */
export type TakeRequest = (request: TracedRequest, orderOf: () => RequestOrder) => void;

/** What was found beside requests. */
export interface FinderCounts {
  /** Requests that had begun before the trace, or were under way at its end. */
  censored: number;
  /** Whose connection ended, or was taken over by the program, before the answer did: how long they took is another matter. */
  unanswered: number;
  /** Those of the recording itself. */
  ofTracer: number;
}

/** Takes the events of one trace in order, and hands on each request at its end. */
export class RequestFinder {
  readonly counts: FinderCounts = { censored: 0, unanswered: 0, ofTracer: 0 };
  private readonly places = new StackPlaces();
  private readonly procs = new ProcTime();
  private readonly flows = new Map<number, Flow>();
  private nowNs = 0;
  private readonly found: TakeRequest;

  constructor(found: TakeRequest) {
    this.found = found;
  }

  /** How many processors there were. */
  get procCount(): number {
    return this.procs.procs;
  }

  take(event: Readonly<TraceEvent>, generation: Generation): void {
    const { kind, of } = event;
    // No thread: states that a generation is told at its end, when the next one has long begun. In order they would hold up all that follows.
    if (event.thread !== -1) this.nowNs = Math.max(this.nowNs, event.threadNs);
    const ns = this.nowNs;
    if (kind === 'goroutine') this.changed(event, generation);
    else if (kind === 'proc') this.procs.use(of, event.to === 'Running' ? 'scheduling' : 'free', ns);
    else if (kind === 'range-begin' || kind === 'range-end') this.range(event);
    else if (kind === 'label') this.labelled(event);
    else if (kind === 'task-begin') this.named(event);
  }

  /** The trace is over: requests under way are none that is told. */
  end(): void {
    for (const flow of this.flows.values()) if (flow.isOpen) this.counts.censored++;
  }

  private range({ kind, of, text, scope }: Readonly<TraceEvent>): void {
    const ns = this.nowNs;
    const isBegin = kind === 'range-begin';
    if (text.startsWith('stop-the-world')) this.procs.stop(isBegin, ns);
    const flow = scope === 'goroutine' ? this.flows.get(of) : undefined;
    if (!flow || text !== 'GC mark assist') return;
    flow.isAssisting = isBegin;
    if (flow.serves !== 'nothing') this.mark(flow, ns, 'Running', undefined, '');
  }

  /** A task that begins within a request says better than a function what it is for. */
  private named({ goroutine, text }: Readonly<TraceEvent>): void {
    const flow = this.flows.get(goroutine);
    if (flow?.beginNs !== undefined) flow.task ??= text;
  }

  /** Workers of the collector are labelled as they start. */
  private labelled({ of, proc, text }: Readonly<TraceEvent>): void {
    const flow = this.flows.get(of);
    if (!flow || !text.startsWith('GC (')) return;
    flow.use = 'collector';
    if (proc !== -1) this.procs.use(proc, 'collector', this.nowNs);
  }

  private changed(event: Readonly<TraceEvent>, generation: Generation): void {
    const { of, from, to } = event;
    const ns = this.nowNs;
    const flow = this.flowOf(event, generation);
    // The stack of an event that wakes or creates is that of who does so.
    const isOwn = from === 'Running' || from === 'Undetermined' || from === to;
    const place = isOwn ? this.places.of(generation, event.stack) : undefined;
    // A connection may turn out to be one of HTTP/2 after its handshake or its upgrade.
    if (place && (flow.serves === 'not-known' || place.serves === 'streams')) this.learn(flow, place);
    this.occupy(flow, event);
    if (from === to || flow.serves === 'nothing') {
      if (to === 'NotExist') this.flows.delete(of);
      return;
    }
    if (place?.isTracer) flow.isTracer = true;
    this.follow(flow, event, place);
    if (from === 'NotExist' || from === 'Waiting') this.handedOver(event, flow);
    if (to === 'NotExist') {
      this.destroyed(flow, of, ns);
      this.flows.delete(of);
    }
  }

  /** A server within another one serves the other's request in a goroutine of its own (src/server.go of grpc, ServeHTTP). */
  private handedOver({ of, goroutine, from }: Readonly<TraceEvent>, flow: Flow): void {
    const giver = goroutine === of ? undefined : this.flows.get(goroutine);
    const takes =
      from === 'NotExist' ? flow.serves === 'stream' : flow.serves === 'worker' && flow.beginNs === this.nowNs;
    if (!takes || giver?.serves !== 'stream' || !giver.isOpen) return;
    flow.beginNs = giver.beginNs;
    flow.marks.unshift(...giver.marks);
    flow.folded = giver.folded;
    flow.task = giver.task;
    servesNothing(giver);
  }

  private flowOf({ of, from, startStack }: Readonly<TraceEvent>, generation: Generation): Flow {
    const known = this.flows.get(of);
    if (known) return known;
    const flow = newFlow(
      from === 'NotExist',
      generation.stacks.framesOf(startStack).at(-1)?.function ?? '',
      this.nowNs,
    );
    this.flows.set(of, flow);
    return flow;
  }

  private learn(flow: Flow, place: StackPlace): void {
    if (place.serves !== undefined) flow.use = 'requests';
    else if (place.root.startsWith('runtime.')) flow.use = 'runtime';
    if (place.serves === undefined || place.serves === 'streams') servesNothing(flow);
    else flow.serves = place.serves;
  }

  /** What the processor does on which this happens. */
  private occupy(flow: Flow, { proc, to, of, goroutine }: Readonly<TraceEvent>): void {
    if (proc === -1) return;
    const ns = this.nowNs;
    if (to === 'Running') this.procs.use(proc, flow.use, ns);
    // What is woken or created changes nothing for the processor that it is done on.
    else if (goroutine === of) this.procs.use(proc, to === 'Syscall' ? 'syscalls' : 'scheduling', ns);
  }

  private mark(flow: Flow, ns: number, state: GoroutineState, place: StackPlace | undefined, reason: string): void {
    const before = flow.marks.at(-1);
    const procs = state === 'Runnable' || before?.state === 'Runnable' ? this.procs.at(ns) : undefined;
    addMark(flow, { ns, state, place, reason, isAssisting: flow.isAssisting, procs });
  }

  /** One step of a goroutine that serves requests, or may do so. */
  private follow(flow: Flow, event: Readonly<TraceEvent>, place: StackPlace | undefined): void {
    const { from, to, text } = event;
    const ns = this.nowNs;
    const state = to as GoroutineState;
    if (from === 'Syscall') this.endOfSyscall(flow, ns);
    if (from === 'Waiting') this.woken(flow, ns);
    if (place) this.stopped(flow, event, place);
    this.mark(flow, ns, state, place, text);
    flow.inSyscall = state === 'Syscall' ? place : undefined;
  }

  /** A read between two requests that found the next one, and the write that ends a request. */
  private endOfSyscall(flow: Flow, ns: number): void {
    const { inSyscall } = flow;
    if (inSyscall?.phase === 'finish') flow.lastWriteNs = ns;
    if (inSyscall?.phase === 'idle' && flow.beginNs === undefined && !flow.isIdle) this.mayBegin(flow, ns);
  }

  private woken(flow: Flow, ns: number): void {
    const waited = flow.marks.at(-1)?.place;
    const isFirstHead = flow.isFirst && waited?.phase === 'read-head';
    // What was there before the trace may have waited for its next request: the next stack tells.
    const mayBeIdle = flow.isCensored && waited === undefined && flow.beginNs === undefined;
    if (flow.isIdle || isFirstHead || mayBeIdle) this.mayBegin(flow, ns);
    // Nothing else wakes it, and it may never stop until it is idle again.
    if (flow.serves === 'worker' && flow.isIdle) flow.isOpen = true;
    // The rest of a head may come later.
    if (isFirstHead) flow.isFirst = false;
    flow.isIdle = false;
  }

  private mayBegin(flow: Flow, ns: number): void {
    flow.beginNs = ns;
    forgetMarks(flow);
    Object.assign(flow, noRoute);
  }

  /** It stops somewhere: which tells how far it is. */
  private stopped(flow: Flow, { of, to }: Readonly<TraceEvent>, place: StackPlace): void {
    const ns = this.nowNs;
    if (flow.serves === 'stream' || flow.serves === 'not-known') {
      flow.route ??= place.route;
      flow.isOpen = flow.serves === 'stream' && flow.beginNs !== undefined;
      return;
    }
    if (place.phase === 'idle') {
      if (flow.isOpen) this.ended(flow, of, ns);
      flow.isCensored = false;
      flow.isFirst = false;
      if (to !== 'Waiting') return;
      flow.isIdle = true;
      flow.beginNs = undefined;
      forgetMarks(flow);
      return;
    }
    if (flow.isCensored) this.passOver(flow);
    if (flow.beginNs === undefined) return;
    // A connection that is closed wakes its goroutine as well.
    if (place.phase === 'handler' || place.phase === 'finish') flow.isOpen = true;
    if (place.phase === 'handler') flow.route ??= place.route;
  }

  /** It was within a request when the trace began. */
  private passOver(flow: Flow): void {
    this.counts.censored++;
    flow.isCensored = false;
    flow.beginNs = undefined;
    forgetMarks(flow);
  }

  /** A stream ends with its goroutine; a connection whose last answer had an end has written it. */
  private destroyed(flow: Flow, goroutine: number, ns: number): void {
    if (!flow.isOpen || flow.serves !== 'connection' || flow.lastWriteNs !== undefined) this.ended(flow, goroutine, ns);
    else this.counts.unanswered++;
  }

  private ended(flow: Flow, goroutine: number, ns: number): void {
    const { beginNs, marks, folded, route, task, lastWriteNs } = flow;
    const isFound = flow.isOpen && beginNs !== undefined;
    flow.isOpen = false;
    flow.beginNs = undefined;
    forgetMarks(flow);
    Object.assign(flow, noRoute);
    if (!isFound) return;
    if (flow.isTracer) {
      this.counts.ofTracer++;
      flow.isTracer = false;
      return;
    }
    const endNs = flow.serves === 'connection' ? (lastWriteNs ?? ns) : ns;
    const fromNs = folded?.untilNs ?? beginNs;
    const split = splitOf(marks, fromNs, endNs, folded?.split);
    const request = { beginNs, endNs, goroutine, route: task ?? route, ...split };
    this.found(request, () => orderedStates(marks, fromNs, endNs, folded?.order));
  }
}

function servesNothing(flow: Flow): void {
  flow.serves = 'nothing';
  flow.isOpen = false;
  flow.beginNs = undefined;
  forgetMarks(flow);
}
