/** The run's clock, on `process.hrtime` (CLOCK_MONOTONIC), which all threads and processes of a machine share. */
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
  await delay(ms, undefined, options).catch(() => undefined);
}

/** Steps that start on a whole second share their edges with the seconds that latencies are counted in; microseconds. */
export function wholeSecondAfter(us: number): number {
  return Math.ceil(us / 1e6) * 1e6;
}
