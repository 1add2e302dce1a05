/** Stretches of time: stopped worlds, collections, assists and sweeps (src/internal/trace/order.go). */
import type { Advance } from './replay-procs.ts';
import type { GoroutineEntry, ReplayState } from './replay-state.ts';
import type { ThreadEvents } from './thread-events.ts';
import type { RangeScope, TraceEventKind } from './trace-event.ts';
import { wire } from './wire-events.ts';

const names = { mark: 'GC concurrent mark phase', sweep: 'GC incremental sweep', assist: 'GC mark assist' } as const;

/** Where a range begins, ends or is under way, and of what it is. */
interface RangeMark {
  readonly kind: TraceEventKind & `range-${string}`;
  readonly scope: RangeScope;
  readonly of: number;
  readonly name: string;
  readonly stack?: number;
}

function tellRange(state: ReplayState, at: ThreadEvents, { kind, scope, of, name, stack = 0 }: RangeMark): true {
  const event = state.begin(kind, at);
  event.scope = scope;
  event.of = of;
  event.text = name;
  event.stack = state.generation.stacks.checked(stack);
  event.count = at.kind === wire.gcSweepEnd ? at.a : 0;
  event.reclaimed = at.kind === wire.gcSweepEnd ? at.b : 0;
  state.tell();
  return true;
}

function goroutineOf(state: ReplayState, at: ThreadEvents): GoroutineEntry {
  state.needGoroutine(at);
  return state.goroutineHere(at);
}

const stopWorld = (kind: string) => `stop-the-world (${kind})`;

function stwBegin(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = goroutineOf(state, at);
  const kind = state.generation.strings.text(at.a);
  if (goroutine.stops.includes(kind)) throw state.contradiction(at, 'the world is stopped for this already');
  goroutine.stops.push(kind);
  const of = state.thread.goroutine;
  return tellRange(state, at, { kind: 'range-begin', scope: 'goroutine', of, name: stopWorld(kind), stack: at.b });
}

function stwEnd(state: ReplayState, at: ThreadEvents): boolean {
  const kind = goroutineOf(state, at).stops.shift();
  if (kind === undefined) throw state.contradiction(at, 'the world was not stopped');
  return tellRange(state, at, {
    kind: 'range-end',
    scope: 'goroutine',
    of: state.thread.goroutine,
    name: stopWorld(kind),
  });
}

function assistBegin(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = goroutineOf(state, at);
  if (goroutine.isAssisting) throw state.contradiction(at, 'its goroutine assists the collector already');
  goroutine.isAssisting = true;
  const of = state.thread.goroutine;
  return tellRange(state, at, { kind: 'range-begin', scope: 'goroutine', of, name: names.assist, stack: at.a });
}

function assistEnd(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = goroutineOf(state, at);
  if (!goroutine.isAssisting) throw state.contradiction(at, 'its goroutine does not assist the collector');
  goroutine.isAssisting = false;
  return tellRange(state, at, {
    kind: 'range-end',
    scope: 'goroutine',
    of: state.thread.goroutine,
    name: names.assist,
  });
}

function assistActive(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.goroutines.get(at.a);
  if (!goroutine) throw state.contradiction(at, `goroutine ${at.a} is not known`);
  // In the first generation it is news, later it confirms what is known.
  if (goroutine.isAssisting === state.isFirstGeneration)
    throw state.contradiction(at, 'what is known of its assist differs');
  goroutine.isAssisting = true;
  return tellRange(state, at, { kind: 'range-active', scope: 'goroutine', of: at.a, name: names.assist });
}

function sweepBegin(state: ReplayState, at: ThreadEvents): boolean {
  const proc = state.needProc(at);
  if (proc.isSweeping) throw state.contradiction(at, 'its processor sweeps already');
  proc.isSweeping = true;
  const of = state.thread.proc;
  return tellRange(state, at, { kind: 'range-begin', scope: 'proc', of, name: names.sweep, stack: at.a });
}

function sweepEnd(state: ReplayState, at: ThreadEvents): boolean {
  const proc = state.needProc(at);
  if (!proc.isSweeping) throw state.contradiction(at, 'its processor does not sweep');
  proc.isSweeping = false;
  return tellRange(state, at, { kind: 'range-end', scope: 'proc', of: state.thread.proc, name: names.sweep });
}

function sweepActive(state: ReplayState, at: ThreadEvents): boolean {
  const proc = state.procs.get(at.a);
  if (!proc) throw state.contradiction(at, `processor ${at.a} is not known`);
  if (proc.isSweeping === state.isFirstGeneration) throw state.contradiction(at, 'what is known of its sweep differs');
  proc.isSweeping = true;
  return tellRange(state, at, { kind: 'range-active', scope: 'proc', of: at.a, name: names.sweep });
}

const mark = { scope: 'none', of: -1, name: names.mark } as const;

function gcActive(state: ReplayState, at: ThreadEvents): boolean {
  if (state.isFirstGeneration) {
    if (state.collector !== 'unknown') throw state.contradiction(at, 'the collector was seen before');
    state.collector = 'on';
  } else {
    if (at.a !== state.collectorSequence + 1) return false;
    if (state.collector !== 'on') throw state.contradiction(at, 'the collector does not run');
    state.needGoroutine(at);
  }
  state.collectorSequence = at.a;
  return tellRange(state, at, { kind: 'range-active', ...mark });
}

function gcBegin(state: ReplayState, at: ThreadEvents): boolean {
  if (state.collector !== 'unknown') {
    if (at.a !== state.collectorSequence + 1) return false;
    if (state.collector === 'on') throw state.contradiction(at, 'the collector runs already');
    state.needGoroutine(at);
  }
  state.collector = 'on';
  state.collectorSequence = at.a;
  return tellRange(state, at, { kind: 'range-begin', ...mark, stack: at.b });
}

function gcEnd(state: ReplayState, at: ThreadEvents): boolean {
  if (at.a !== state.collectorSequence + 1) return false;
  if (state.collector !== 'on') throw state.contradiction(at, 'the collector is not known to run');
  state.needGoroutine(at);
  state.collector = 'off';
  state.collectorSequence = at.a;
  return tellRange(state, at, { kind: 'range-end', ...mark });
}

/** By number in `wire`. */
export const rangeEvents: readonly (readonly [number, Advance])[] = [
  [wire.stwBegin, stwBegin],
  [wire.stwEnd, stwEnd],
  [wire.gcMarkAssistBegin, assistBegin],
  [wire.gcMarkAssistEnd, assistEnd],
  [wire.gcMarkAssistActive, assistActive],
  [wire.gcSweepBegin, sweepBegin],
  [wire.gcSweepEnd, sweepEnd],
  [wire.gcSweepActive, sweepActive],
  [wire.gcActive, gcActive],
  [wire.gcBegin, gcBegin],
  [wire.gcEnd, gcEnd],
];
