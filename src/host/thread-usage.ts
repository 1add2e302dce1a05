/** What the calling thread, and its process, used of the machine from one look to the next. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type LoopHealth, watchLoop } from './event-loop.ts';

/** Used since the last look. */
interface ThreadUsage extends LoopHealth {
  /** Processor time of the whole process, microseconds. */
  readonly cpuUs: number;
  /**
   * How long the thread was ready to run but had no processor, microseconds: what a starved one shows before anything else. Undefined
   * where the kernel does not say.
   */
  readonly cpuWaitUs: number | undefined;
  /** The part of the time in which the thread's event loop was busy, 0 to 1. */
  readonly loopUtilisation: number;
}

/** A watch on the thread that started it; it must be stopped. */
export interface ThreadWatch {
  /** The time since the last call, or since the start; begins the next stretch. */
  take(): ThreadUsage;
  stop(): void;
}

/** Starts to watch the calling thread. */
export function watchThread(): ThreadWatch {
  const loop = watchLoop();
  let cpu = process.cpuUsage();
  let waitedUs = cpuWaitUs();
  let busy = performance.eventLoopUtilization();
  return {
    take() {
      const [cpuBefore, waitedBeforeUs, busyBefore] = [cpu, waitedUs, busy];
      cpu = process.cpuUsage();
      waitedUs = cpuWaitUs();
      busy = performance.eventLoopUtilization();
      return {
        cpuUs: cpu.user + cpu.system - cpuBefore.user - cpuBefore.system,
        cpuWaitUs: waitedUs === undefined || waitedBeforeUs === undefined ? undefined : waitedUs - waitedBeforeUs,
        loopUtilisation: performance.eventLoopUtilization(busy, busyBefore).utilization,
        ...loop.take(),
      };
    },
    stop: loop.stop,
  };
}

/** Second field of /proc/thread-self/schedstat (Linux Documentation/scheduler/sched-stats.rst), about 10 us a look. */
function cpuWaitUs(): number | undefined {
  try {
    const waitedNs = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]);
    return Number.isFinite(waitedNs) ? waitedNs / 1000 : undefined;
  } catch {
    return undefined;
  }
}
