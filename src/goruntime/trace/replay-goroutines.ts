/** Goroutines created, run, stopped and woken (src/internal/trace/order.go). */
import type { Advance } from './replay-procs.ts';
import { goStatus, type ReplayState } from './replay-state.ts';
import type { ThreadEvents } from './thread-events.ts';
import type { GoroutineState } from './trace-event.ts';
import { wire } from './wire-events.ts';

const shown: readonly GoroutineState[] = ['NotExist', 'Runnable', 'Running', 'Syscall', 'Waiting'];

function status(state: ReplayState, at: ThreadEvents): boolean {
  const { a: id, c: told } = at;
  const now = shown[told];
  if (now === undefined) throw state.contradiction(at, `goroutine ${id} has status ${told}`);
  const known = state.goroutines.get(id);
  if (known) {
    if (known.status !== told)
      throw state.contradiction(at, `goroutine ${id} has status ${told}, and had ${known.status}`);
    state.reset(known);
  } else if (state.isFirstGeneration) state.newGoroutine(id, told);
  else throw state.contradiction(at, `goroutine ${id} is new, and was not created`);
  const { thread } = state;
  if (told === goStatus.syscall) inSyscall(state, at);
  state.change(at, id, known ? now : 'Undetermined', now, at.kind === wire.goStatusStack ? at.d : 0);
  state.thread = thread;
  if (told === goStatus.running || (told === goStatus.syscall && at.b === thread.id)) thread.goroutine = id;
  return true;
}

/** It is shown at the thread that it names, which it may not have been seen at yet. */
function inSyscall(state: ReplayState, at: ThreadEvents): void {
  const { a: id, b: named } = at;
  const { thread } = state;
  if (named === -1) throw state.contradiction(at, `goroutine ${id} is in a system call, on no thread`);
  if (named === thread.id) {
    if (!state.isFirstGeneration && thread.goroutine !== id)
      throw state.contradiction(
        at,
        `goroutine ${id} is in a system call on this thread, which has ${thread.goroutine}`,
      );
    return;
  }
  const other = state.threads.get(named);
  if (other && other.goroutine !== id)
    throw state.contradiction(
      at,
      `goroutine ${id} is in a system call on thread ${named}, which has ${other.goroutine}`,
    );
  if (!other) state.threads.set(named, { id: named, goroutine: id, proc: -1 });
  state.thread = { id: named, goroutine: other ? id : thread.goroutine, proc: thread.proc };
}

function create(state: ReplayState, at: ThreadEvents): boolean {
  const { thread } = state;
  const { a: id } = at;
  if (thread.id === -1 || thread.proc === -1) throw state.contradiction(at, 'its thread has no processor');
  const creator = state.goroutines.get(thread.goroutine);
  if (creator && creator.status !== goStatus.running)
    throw state.contradiction(at, 'the goroutine that creates does not run');
  if (state.goroutines.has(id)) throw state.contradiction(at, `goroutine ${id} is there already`);
  const isBlocked = at.kind === wire.goCreateBlocked;
  state.newGoroutine(id, isBlocked ? goStatus.waiting : goStatus.runnable);
  const { stacks } = state.generation;
  const event = state.begin('goroutine', at);
  event.of = id;
  event.from = 'NotExist';
  event.to = isBlocked ? 'Waiting' : 'Runnable';
  event.stack = stacks.checked(at.c);
  event.startStack = stacks.checked(at.b);
  state.tell();
  return true;
}

function start(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.goroutines.get(at.a);
  if (!goroutine || goroutine.status !== goStatus.runnable || !state.isNext(goroutine, at.b)) return false;
  const { thread } = state;
  if (thread.id === -1 || thread.proc === -1) throw state.contradiction(at, 'its thread has no processor');
  if (thread.goroutine !== -1) throw state.contradiction(at, `its thread runs goroutine ${thread.goroutine} already`);
  goroutine.status = goStatus.running;
  goroutine.sequence = at.b;
  state.change(at, at.a, 'Runnable', 'Running');
  thread.goroutine = at.a;
  return true;
}

function stop(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.current(goStatus.running, at);
  const isBlock = at.kind === wire.goBlock;
  goroutine.status = isBlock ? goStatus.waiting : goStatus.runnable;
  state.change(at, state.thread.goroutine, 'Running', isBlock ? 'Waiting' : 'Runnable', at.b, at.a);
  state.thread.goroutine = -1;
  return true;
}

function destroy(state: ReplayState, at: ThreadEvents): boolean {
  state.current(goStatus.running, at);
  const { thread } = state;
  state.goroutines.delete(thread.goroutine);
  state.change(at, thread.goroutine, 'Running', 'NotExist');
  thread.goroutine = -1;
  return true;
}

function unblock(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.goroutines.get(at.a);
  if (!goroutine || goroutine.status !== goStatus.waiting || !state.isNext(goroutine, at.b)) return false;
  goroutine.status = goStatus.runnable;
  goroutine.sequence = at.b;
  state.change(at, at.a, 'Waiting', 'Runnable', at.c);
  return true;
}

/** A coroutine takes over: it is woken, the one before waits or ends, and it runs. */
function switchTo(state: ReplayState, at: ThreadEvents): boolean {
  const current = state.current(goStatus.running, at);
  const { thread } = state;
  const next = state.goroutines.get(at.a);
  if (!next || next.status !== goStatus.waiting || !state.isNext(next, at.b)) return false;
  state.change(at, at.a, 'Waiting', 'Runnable');
  if (at.kind === wire.goSwitch) {
    current.status = goStatus.waiting;
    state.change(at, thread.goroutine, 'Running', 'Waiting');
  } else {
    state.goroutines.delete(thread.goroutine);
    state.change(at, thread.goroutine, 'Running', 'NotExist');
  }
  next.status = goStatus.running;
  next.sequence = at.b;
  thread.goroutine = -1;
  state.change(at, at.a, 'Runnable', 'Running');
  thread.goroutine = at.a;
  return true;
}

/** By number in `wire`. */
export const goroutineEvents: readonly (readonly [number, Advance])[] = [
  [wire.goStatus, status],
  [wire.goStatusStack, status],
  [wire.goCreate, create],
  [wire.goCreateBlocked, create],
  [wire.goStart, start],
  [wire.goStop, stop],
  [wire.goBlock, stop],
  [wire.goDestroy, destroy],
  [wire.goUnblock, unblock],
  [wire.goSwitch, switchTo],
  [wire.goSwitchDestroy, switchTo],
];
