/** The run's clock, on `process.hrtime` (CLOCK_MONOTONIC), which all threads and processes of a machine share. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../model/host.ts';

/** Microseconds of the monotonic clock, with fractions of a nanosecond's worth. */
export function hrUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + nanoseconds / 1000;
}

/** A clock whose origin is now. */
export function startClock(): Clock {
  const originHrUs = hrUs();
  return {
    originHrUs,
    originWallMs: Date.now(),
    nowUs: () => hrUs() - originHrUs,
    sleep: async (ms, signal) => {
      if (signal) allowMany(signal);
      await delay(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
        throw signal?.aborted ? signal.reason : error;
      });
    },
  };
}

/** Resolves after `ms`, or at once when the signal aborts; `ref: false` keeps no process alive for it. */
export async function pause(
  ms: number,
  options: { readonly signal?: AbortSignal; readonly ref?: boolean } = {},
): Promise<void> {
  if (options.signal) allowMany(options.signal);
  await delay(ms, undefined, options).catch(() => undefined);
}

/** Each sleep listens to its signal, and a run with many targets has as many that sleep: Node takes more than ten for a leak. */
function allowMany(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/** Calls once after `ms`, unless the returned function is called before. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Steps that start on a whole second share their edges with the seconds that latencies are counted in; microseconds. */
export function wholeSecondAfter(us: number): number {
  return Math.ceil(us / 1e6) * 1e6;
}

/** Milliseconds since 1970, by the machine's wall clock, which may be set back. */
export function wallMs(): number {
  return Date.now();
}
