/** What a worker knows of its machine; its entry hands it in, so that nothing else in here reads a clock. */
import type { ThreadWatch } from '../../host/thread-usage.ts';

/** The clock and the thread of a worker. */
export interface WorkerHost {
  /** Microseconds of `process.hrtime`, from which a plan's origin is counted. */
  readonly hrUs: () => number;
  /** Milliseconds since 1970, for dates that a target names. */
  readonly wallMs: () => number;
  /** Starts to watch the calling thread. */
  readonly watchThread: () => ThreadWatch;
}
