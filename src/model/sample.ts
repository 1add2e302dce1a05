/** What is written down while a run is live: everything that analysis may use later, on the run's clock. */
import type { GeneratorSample } from './generators.ts';
import type { GoProgram } from './go-program.ts';
import type { LoadMessage } from './load.ts';

/** Values seen at one moment on one target (`generator` and `host` are targets too), by series name. */
export interface Reading {
  readonly kind: 'reading';
  readonly atUs: number;
  readonly target: string;
  /** Where the values come from: `schedtrace`, `gctrace`, `goroutines`, `metrics`, `expvar`, `containers`. */
  readonly source: string;
  readonly values: Readonly<Record<string, number>>;
  /** Goroutines on the local run queue of each P, by its number; no series of its own for each, or every rule would look at them all. */
  readonly localQueues?: readonly number[] | undefined;
}

/** Goroutines of one target that share a stack; frames are innermost first. */
export interface StackGroup {
  readonly count: number;
  /** The runtime's own words, such as `IO wait` or `chan receive`; `running or runnable` when not parked. */
  readonly reason: string;
  /** The first frame outside the runtime and the standard library's plumbing, where the wait happens. */
  readonly site: string;
  readonly frames: readonly string[];
}

/** One goroutine profile, grouped by stack, largest group first. */
export interface Stacks {
  readonly kind: 'stacks';
  readonly atUs: number;
  readonly target: string;
  readonly total: number;
  readonly groups: readonly StackGroup[];
}

/** What a profile is of; `goroutineleak` is of goroutines that nothing can wake, `dump` the text of all goroutines (`debug=2`). */
export type ProfileType = 'cpu' | 'heap' | 'mutex' | 'block' | 'trace' | 'goroutineleak' | 'dump';

/** A profile that was taken of one target, or why there is none. */
export interface ProfileSample {
  readonly kind: 'profile';
  /** When the target began to collect, and when it was to end; the same for a snapshot. */
  readonly atUs: number;
  readonly untilUs: number;
  readonly target: string;
  readonly type: ProfileType;
  /** Index of its step; a snapshot is of the end of that step, -1 of the moment before the first. */
  readonly step: number;
  readonly outcome: 'ok' | 'absent' | 'busy' | 'timed out' | 'left out' | 'failed';
  readonly message?: string | undefined;
  /** As the target sent it, in most cases gzipped, and kept in a file of its own; inflated when it is read back. */
  readonly content?: Uint8Array | undefined;
}

/** A short execution trace of one target, one of many over a run, or why there is none. */
export interface TraceWindow {
  readonly kind: 'trace';
  /** When it was asked for, and when the target was to end it. */
  readonly atUs: number;
  readonly untilUs: number;
  /** When all of it had been read; of one that was taken, and not in runs of older versions. */
  readonly answeredUs?: number | undefined;
  /** The run's origin by `process.hrtime`, microseconds: on Linux the clock that a trace of the same machine has. Likewise. */
  readonly originHrUs?: number | undefined;
  readonly target: string;
  /** Index of its step. */
  readonly step: number;
  /** Counted from 1 over the run; 0 where none was planned. */
  readonly number: number;
  readonly outcome: 'ok' | 'absent' | 'busy' | 'timed out' | 'left out' | 'failed';
  readonly message?: string | undefined;
  readonly bytes?: number | undefined;
  /** As the target sent it, and kept in a file of its own until it is known that it is of no use. */
  readonly content?: Uint8Array | undefined;
}

/** What becomes of a window that was taken. */
export interface TraceVerdict {
  readonly kind: 'trace-verdict';
  readonly atUs: number;
  readonly target: string;
  readonly step: number;
  readonly number: number;
  /** no: its file goes. */
  readonly kept: 'slow' | 'ordinary' | 'no';
  /** The slowest response to an arrival due in it, as far as any was. */
  readonly slowestUs?: number | undefined;
}

/** Something that happened once: a phase began, a target died, the user interrupted. */
export interface RunEvent {
  readonly kind: 'event';
  readonly atUs: number;
  readonly target?: string | undefined;
  readonly event: string;
  readonly message: string;
}

/** A fault began, ended, or could not be put in force or taken back. */
export interface FaultMoment {
  readonly kind: 'fault';
  /** When it was in force, or taken back. */
  readonly atUs: number;
  /** When that was asked for. */
  readonly askedUs: number;
  readonly fault: string;
  readonly moment: 'begin' | 'end' | 'failed' | 'undo-failed';
  readonly targets: readonly string[];
  readonly message: string;
}

/** A condition was looked at and found to hold or not, otherwise than at the look before. */
export interface ConditionChange {
  readonly kind: 'condition';
  readonly atUs: number;
  /** When it was looked at before; undefined at the first look. */
  readonly beforeUs?: number | undefined;
  readonly condition: string;
  readonly holds: boolean;
  /** What was found, for people. */
  readonly said?: string | undefined;
}

/** Who has a role from now on, as far as can be seen. */
export interface RoleChange {
  readonly kind: 'role';
  readonly atUs: number;
  readonly role: string;
  readonly targets: readonly string[];
}

/** A moment at which a sampler could not look; the series has a hole there, never an invented value. */
export interface Gap {
  readonly kind: 'gap';
  readonly atUs: number;
  /** When it was over, of one that lasted; it may be told without that before, when it begins. */
  readonly untilUs?: number | undefined;
  readonly target: string;
  readonly source: string;
  readonly message: string;
}

/**
 * What a reader of a target's numbers must know of them: what was left out or is doubtful, why, and what to do. Told once; a warning of
 * the result.
 */
export interface Doubt {
  readonly kind: 'doubt';
  readonly atUs: number;
  readonly target: string;
  readonly source: string;
  readonly message: string;
}

/** What a target said of its own program. */
export interface ProgramTold {
  readonly kind: 'program';
  readonly atUs: number;
  readonly target: string;
  readonly program: GoProgram;
}

/**
 * How one source's stamps of one target stand to the run's clock, over all that it stamped. `offsetUs` is what is added to its time
 * (microseconds since its own zero; of wall clocks, since the run's origin by ours) to have ours.
 */
export interface ClockRelation {
  readonly kind: 'clock';
  readonly atUs: number;
  readonly target: string;
  readonly source: string;
  readonly method: 'http-middle' | 'at-request' | 'read-here' | 'least-delay';
  readonly offsetUs: number;
  /** How far a stamp may be from the truth, the worst and the median one; undefined where that cannot be told. */
  readonly uncertaintyUs: number | undefined;
  readonly typicalUs: number | undefined;
  /** From how many. */
  readonly stamps: number;
}

/** Anything a live run writes down. */
export type Sample =
  | Reading
  | Stacks
  | ProfileSample
  | TraceWindow
  | TraceVerdict
  | ProgramTold
  | ClockRelation
  | RunEvent
  | FaultMoment
  | ConditionChange
  | RoleChange
  | Gap
  | Doubt
  | GeneratorSample
  | LoadMessage;
