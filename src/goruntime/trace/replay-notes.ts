/** What threads note beside states: metrics, labels, and what programs say of themselves (src/internal/trace/order.go). */
import type { Advance } from './replay-procs.ts';
import type { ReplayState } from './replay-state.ts';
import type { ThreadEvents } from './thread-events.ts';
import { memoryEvents, wire } from './wire-events.ts';

function procsChange(state: ReplayState, at: ThreadEvents): boolean {
  state.needGoroutine(at);
  return metric(state, at, '/sched/gomaxprocs:threads', at.b);
}

function heap(name: string): Advance {
  return (state, at) => {
    state.needProc(at);
    return metric(state, at, name, 0);
  };
}

function metric(state: ReplayState, at: ThreadEvents, name: string, stack: number): true {
  const event = state.begin('metric', at);
  event.text = name;
  event.count = at.a;
  event.stack = state.generation.stacks.checked(stack);
  state.tell();
  return true;
}

function label(state: ReplayState, at: ThreadEvents): boolean {
  state.needGoroutine(at);
  const event = state.begin('label', at);
  event.of = state.thread.goroutine;
  event.text = state.generation.strings.text(at.a);
  state.tell();
  return true;
}

function taskBegin(state: ReplayState, at: ThreadEvents): boolean {
  const { strings, stacks } = state.generation;
  if (state.tasks.has(at.a)) throw state.contradiction(at, `task ${at.a} has begun already`);
  // 0 stands for no task above it.
  const task = { name: strings.text(at.c), parent: at.b === 0 ? -1 : at.b };
  state.tasks.set(at.a, task);
  state.needGoroutine(at);
  const event = state.begin('task-begin', at);
  event.of = at.a;
  event.task = task.parent;
  event.text = task.name;
  event.stack = stacks.checked(at.d);
  state.tell();
  return true;
}

function taskEnd(state: ReplayState, at: ThreadEvents): boolean {
  const task = state.tasks.get(at.a);
  state.tasks.delete(at.a);
  state.needGoroutine(at);
  const event = state.begin('task-end', at);
  event.of = at.a;
  event.task = task?.parent ?? -1;
  event.text = task?.name ?? '';
  event.stack = state.generation.stacks.checked(at.b);
  state.tell();
  return true;
}

function regionBegin(state: ReplayState, at: ThreadEvents): boolean {
  state.needGoroutine(at);
  const goroutine = state.goroutineHere(at);
  const name = state.generation.strings.text(at.b);
  goroutine.regions ??= [];
  goroutine.regions.push({ task: at.a, name });
  return tellRegion(state, at, 'region-begin', name);
}

/** The innermost one must be this one; one that began before the trace is not known. */
function regionEnd(state: ReplayState, at: ThreadEvents): boolean {
  state.needGoroutine(at);
  const { regions = [] } = state.goroutineHere(at);
  const name = state.generation.strings.text(at.b);
  const innermost = regions.pop();
  if (innermost && (innermost.task !== at.a || innermost.name !== name))
    throw state.contradiction(at, `region ${innermost.name} has not ended, which is within ${name}`);
  return tellRegion(state, at, 'region-end', name);
}

function tellRegion(state: ReplayState, at: ThreadEvents, kind: 'region-begin' | 'region-end', name: string): true {
  const event = state.begin(kind, at);
  event.of = state.thread.goroutine;
  event.task = at.a;
  event.text = name;
  event.stack = state.generation.stacks.checked(at.c);
  state.tell();
  return true;
}

function log(state: ReplayState, at: ThreadEvents): boolean {
  state.needGoroutine(at);
  const { strings, stacks } = state.generation;
  const event = state.begin('log', at);
  event.of = state.thread.goroutine;
  event.task = at.a;
  event.text = strings.text(at.b);
  event.value = strings.text(at.c);
  event.stack = stacks.checked(at.d);
  state.tell();
  return true;
}

function memory(state: ReplayState, at: ThreadEvents): boolean {
  if (state.thread.id === -1) throw state.contradiction(at, 'it is of no thread');
  state.begin('memory', at);
  state.tell();
  return true;
}

const memoryNumbers = Array.from(
  { length: memoryEvents.last - memoryEvents.first + 1 },
  (_, at) => memoryEvents.first + at,
);

/** By number in `wire`. */
export const noteEvents: readonly (readonly [number, Advance])[] = [
  [wire.procsChange, procsChange],
  [wire.heapAlloc, heap('/memory/classes/heap/objects:bytes')],
  [wire.heapGoal, heap('/gc/heap/goal:bytes')],
  [wire.goLabel, label],
  [wire.userTaskBegin, taskBegin],
  [wire.userTaskEnd, taskEnd],
  [wire.userRegionBegin, regionBegin],
  [wire.userRegionEnd, regionEnd],
  [wire.userLog, log],
  ...memoryNumbers.map((number) => [number, memory] as const),
];
