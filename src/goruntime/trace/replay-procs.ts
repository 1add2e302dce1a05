/** Processors taken, given up and stolen (src/internal/trace/order.go has the rules in Go's own words). */
import { procStatus, type ReplayState, type ThreadEntry } from './replay-state.ts';
import type { ThreadEvents } from './thread-events.ts';
import type { ProcState } from './trace-event.ts';
import { wire } from './wire-events.ts';

/** What an event does to the state; false where it cannot have come yet. Throws a TraceError where it contradicts what came before. */
export type Advance = (state: ReplayState, at: ThreadEvents) => boolean;

const shown: readonly ProcState[] = ['Undetermined', 'Running', 'Idle', 'Running', 'Idle'];

function status(state: ReplayState, at: ThreadEvents): boolean {
  const { a: id, b: told } = at;
  const now = shown[told];
  if (now === undefined) throw state.contradiction(at, `processor ${id} has status ${told}`);
  const known = state.procs.get(id);
  let before: ProcState = now;
  let after = now;
  const here: ThreadEntry = { ...state.thread };
  if (!known) {
    const generation = state.generation.number;
    state.procs.set(id, { status: told, isSweeping: false, generation, sequence: 0 });
    before = state.isFirstGeneration ? 'Undetermined' : 'NotExist';
  } else {
    if (told === procStatus.abandoned && known.status === procStatus.syscall) {
      // Nothing of it is lost: its thread is known, and that is where it is shown.
      before = 'Running';
      after = 'Running';
      const holder = [...state.threads.values()].find(({ proc }) => proc === id);
      if (!holder) throw state.contradiction(at, `no thread holds processor ${id}, which is in a system call`);
      Object.assign(here, holder);
    } else if (known.status !== told)
      throw state.contradiction(at, `processor ${id} has status ${told}, and had ${known.status}`);
    state.reset(known);
  }
  const { thread } = state;
  state.thread = here;
  state.changeProc(at, id, before, after);
  state.thread = thread;
  if (told === procStatus.running || told === procStatus.syscall) thread.proc = id;
  return true;
}

function start(state: ReplayState, at: ThreadEvents): boolean {
  const proc = state.procs.get(at.a);
  const { thread } = state;
  if (!proc || proc.status !== procStatus.idle || !state.isNext(proc, at.b) || thread.proc !== -1) return false;
  if (thread.id === -1) throw state.contradiction(at, 'no thread takes the processor');
  proc.status = procStatus.running;
  proc.sequence = at.b;
  state.changeProc(at, at.a, 'Idle', 'Running');
  thread.proc = at.a;
  return true;
}

function stop(state: ReplayState, at: ThreadEvents): boolean {
  const proc = state.needProc(at);
  if (proc.status !== procStatus.running && proc.status !== procStatus.syscall)
    throw state.contradiction(at, `processor ${state.thread.proc} neither runs nor is in a system call`);
  proc.status = procStatus.idle;
  state.changeProc(at, state.thread.proc, 'Running', 'Idle');
  state.thread.proc = -1;
  return true;
}

function steal(state: ReplayState, at: ThreadEvents): boolean {
  const { a: id, b: sequence, c: from } = at;
  const proc = state.procs.get(id);
  const isTaken = proc?.status === procStatus.syscall || proc?.status === procStatus.abandoned;
  if (!proc || !isTaken || !state.isNext(proc, sequence)) return false;
  const { thread } = state;
  if (thread.id === -1) throw state.contradiction(at, 'no thread steals the processor');
  const wasAbandoned = proc.status === procStatus.abandoned;
  proc.status = procStatus.idle;
  proc.sequence = sequence;
  const victim = wasAbandoned ? undefined : from === thread.id ? thread : state.threads.get(from);
  if (!wasAbandoned && victim?.proc !== id)
    throw state.contradiction(at, `processor ${id} is not with thread ${from}, from which it is stolen`);
  state.changeProc(at, id, wasAbandoned ? 'Idle' : 'Running', 'Idle');
  if (victim) victim.proc = -1;
  return true;
}

/** By number in `wire`. */
export const procEvents: readonly (readonly [number, Advance])[] = [
  [wire.procStatus, status],
  [wire.procStart, start],
  [wire.procStop, stop],
  [wire.procSteal, steal],
];
