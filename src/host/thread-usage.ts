/** How long this thread was ready to run but had no processor: what a starved generator shows before anything else. */
import { readFileSync } from 'node:fs';

/**
 * Microseconds that the calling thread has waited for a processor since its start, or undefined where the kernel does not say.
 * Second field of /proc/thread-self/schedstat (Linux Documentation/scheduler/sched-stats.rst), about 10 us a look.
 */
export function cpuWaitUs(): number | undefined {
  try {
    const waitedNs = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]);
    return Number.isFinite(waitedNs) ? waitedNs / 1000 : undefined;
  } catch {
    return undefined;
  }
}
