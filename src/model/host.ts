/** The door to the machine, as rooms see it; `src/host` is the only implementation that touches Node. */

import type { Secrets } from './secrets.ts';

/** Time of one run. */
export interface Clock {
  /** Microseconds since the run's origin, monotonic. */
  nowUs(): number;
  /** The origin as `process.hrtime` microseconds, so that other threads can share the clock. */
  readonly originHrUs: number;
  /** The origin as wall time, milliseconds since 1970. */
  readonly originWallMs: number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Lines for the user while a run is live; they go to stderr. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** Time outside of a run. */
interface HostTime {
  /** Milliseconds from any origin, monotonic. */
  monotonicMs(): number;
  /** Milliseconds since 1970. */
  wallMs(): number;
}

/** Who asks for a run, and what its code may use of the process. */
export interface Caller {
  readonly version: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first signal that ends a program, with a RampartError that carries the exit code. */
  readonly signal: AbortSignal;
  /** What must not leave the process as it is; whatever is written or told goes through it. */
  readonly secrets: Secrets;
  readonly time: HostTime;
  readonly log: Log;
  /** Writes to stderr: progress and messages. */
  readonly tell: (text: string) => void;
  /** Whether stderr is a terminal that may be redrawn. */
  readonly redraw: boolean;
  readonly columns: number;
}
