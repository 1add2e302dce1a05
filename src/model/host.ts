/** The door to the machine, as rooms see it; `src/host` is the only implementation that touches Node. */

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
