/** An execution trace to its requests, piece by piece: what was read before a trace is cut off stands. */
import type { TraceFormat } from '../../goruntime/trace/header.ts';
import { TraceError } from '../../goruntime/trace/trace-error.ts';
import { TraceReader, type TraceSummary } from '../../goruntime/trace/trace-reader.ts';
import { type FinderCounts, RequestFinder, type TakeRequest } from './request-finder.ts';

/** What was read beside requests. */
interface TraceRead {
  readonly format: TraceFormat | undefined;
  readonly summary: TraceSummary;
  readonly counts: Readonly<FinderCounts>;
  readonly procs: number;
  /** See `TraceReader`. */
  readonly originNs: number | undefined;
  /** Why it was read no further. */
  readonly error: TraceError | undefined;
}

/** Takes a trace; `push` and `end` throw a TraceError where nothing of it can be read. */
export interface TraceRequests {
  /** CLOCK_MONOTONIC at the moment from which requests count, nanoseconds; known with the first of them, where the trace tells it (Go 1.25). */
  readonly monotonicNs: number | undefined;
  push(bytes: Uint8Array): void;
  end(): TraceRead;
}

/** A reading of one trace; `found` gets each request at its end. */
export function createTraceRequests(found: TakeRequest): TraceRequests {
  const finder = new RequestFinder(found);
  const reader = new TraceReader((event, generation) => finder.take(event, generation));
  let error: TraceError | undefined;
  const attempt = (action: () => void) => {
    if (error) return;
    try {
      action();
    } catch (thrown) {
      if (!(thrown instanceof TraceError) || reader.summary().generations === 0) throw thrown;
      error = thrown;
    }
  };
  return {
    get monotonicNs() {
      return reader.monotonicNs;
    },
    push: (bytes) => attempt(() => reader.push(bytes)),
    end() {
      attempt(() => reader.end());
      finder.end();
      return {
        format: reader.format,
        summary: reader.summary(),
        counts: finder.counts,
        procs: finder.procCount,
        originNs: reader.originNs,
        error,
      };
    },
  };
}
