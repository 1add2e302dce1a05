/** One event of a trace, in the order in which things happened; states as golang.org/x/exp/trace calls them. */

/** A goroutine's state. Undetermined: it was there before the trace. */
export type GoroutineState = 'Undetermined' | 'NotExist' | 'Runnable' | 'Running' | 'Waiting' | 'Syscall';
/** A processor's, the P of Go's scheduler. */
export type ProcState = 'Undetermined' | 'NotExist' | 'Running' | 'Idle';

/** What is told. A range is a stretch of time, such as a stop of the world; `active` says of one that it began before. */
export type TraceEventKind =
  | 'sync'
  | 'goroutine'
  | 'proc'
  | 'range-begin'
  | 'range-active'
  | 'range-end'
  | 'metric'
  | 'label'
  | 'sample'
  | 'task-begin'
  | 'task-end'
  | 'region-begin'
  | 'region-end'
  | 'log'
  | 'memory';

/** What a range is of. */
export type RangeScope = 'none' | 'goroutine' | 'proc';

/** It is written anew for each event: whoever keeps something of it copies that. */
export class TraceEvent {
  kind: TraceEventKind = 'sync';
  /** Nanoseconds since the first batch of the trace, greater than those of the event before. */
  ns = 0;
  /** The same by the clock of its thread: what durations are taken from. */
  threadNs = 0;
  /** Where it was written: thread, processor and goroutine before it; -1 for none. */
  thread = -1;
  proc = -1;
  goroutine = -1;
  /** The number in `wire`; 0 where there is none. */
  wire = 0;
  /** The goroutine or processor whose state changes, the task, or what a range is of. */
  of = -1;
  from: GoroutineState | ProcState = 'Undetermined';
  to: GoroutineState | ProcState = 'Undetermined';
  /** Why a goroutine waits or stopped; what a range, metric, label, task, region or log entry is called. */
  text = '';
  /** Text of a log entry. */
  value = '';
  scope: RangeScope = 'none';
  /** Of the goroutine that it is written by, a number in the generation's table; 0 for none. */
  stack = 0;
  /** Where a goroutine that is created begins. */
  startStack = 0;
  /** The task above a task, or that a region or log entry belongs to; -1 for none. */
  task = -1;
  /** A metric's value, or bytes that a sweep has swept. */
  count = 0;
  /** Bytes that a sweep has given back. */
  reclaimed = 0;
}
