/** System calls, and threads of C that call into Go (src/internal/trace/order.go). */
import type { Advance } from './replay-procs.ts';
import { goStatus, procStatus, type ReplayState } from './replay-state.ts';
import type { ThreadEvents } from './thread-events.ts';
import { wire } from './wire-events.ts';

function begin(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.current(goStatus.running, at);
  const proc = state.needProc(at);
  if (!state.isNext(proc, at.a))
    throw state.contradiction(at, `processor ${state.thread.proc} is at ${proc.sequence}, and this has number ${at.a}`);
  goroutine.status = goStatus.syscall;
  proc.status = procStatus.syscall;
  proc.sequence = at.a;
  state.change(at, state.thread.goroutine, 'Running', 'Syscall', at.b);
  return true;
}

function end(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.current(goStatus.syscall, at);
  const proc = state.needProc(at);
  if (proc.status !== procStatus.syscall) throw state.contradiction(at, 'its processor is in no system call');
  goroutine.status = goStatus.running;
  proc.status = procStatus.running;
  state.change(at, state.thread.goroutine, 'Syscall', 'Running');
  return true;
}

/** Its processor was taken meanwhile, which has to be read first. */
function endBlocked(state: ReplayState, at: ThreadEvents): boolean {
  const { thread } = state;
  if (thread.proc !== -1 && state.needProc(at).status === procStatus.syscall) return false;
  const goroutine = state.goroutineHere(at);
  if (goroutine.status !== goStatus.syscall) throw state.contradiction(at, 'its goroutine is in no system call');
  goroutine.status = goStatus.runnable;
  state.change(at, thread.goroutine, 'Syscall', 'Runnable');
  thread.goroutine = -1;
  return true;
}

function createInSyscall(state: ReplayState, at: ThreadEvents): boolean {
  const { thread } = state;
  if (thread.id === -1 || thread.goroutine !== -1)
    throw state.contradiction(at, 'its thread is none, or runs a goroutine');
  if (state.goroutines.has(at.a)) throw state.contradiction(at, `goroutine ${at.a} is there already`);
  state.newGoroutine(at.a, goStatus.syscall);
  state.change(at, at.a, 'NotExist', 'Syscall');
  thread.goroutine = at.a;
  return true;
}

/** A processor that the thread still has is lost sight of: its next user will steal it. */
function destroyInSyscall(state: ReplayState, at: ThreadEvents): boolean {
  const goroutine = state.goroutineHere(at);
  if (goroutine.status !== goStatus.syscall) throw state.contradiction(at, 'its goroutine is in no system call');
  const { thread } = state;
  state.goroutines.delete(thread.goroutine);
  const { proc: held } = thread;
  if (held !== -1) {
    const proc = state.needProc(at);
    if (proc.status !== procStatus.syscall) throw state.contradiction(at, 'its processor is in no system call');
    proc.status = procStatus.abandoned;
    state.changeProc(at, held, 'Running', 'Idle');
  }
  state.change(at, thread.goroutine, 'Syscall', 'NotExist');
  thread.goroutine = -1;
  thread.proc = -1;
  return true;
}

/** By number in `wire`. */
export const syscallEvents: readonly (readonly [number, Advance])[] = [
  [wire.goSyscallBegin, begin],
  [wire.goSyscallEnd, end],
  [wire.goSyscallEndBlocked, endBlocked],
  [wire.goCreateSyscall, createInSyscall],
  [wire.goDestroySyscall, destroyInSyscall],
];
