/** What the event loop of the calling thread went through: how late it was to turn, and how long its garbage collector held it. */
import { monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** One look a hundred times a second costs less than can be measured; every millisecond costs up to half a percent of a core. */
const resolutionMs = 10;

/** What happened since the last look. */
export interface LoopHealth {
  /** How late the loop was to run a timer of 10 ms, microseconds; the timers' own millisecond is in it. */
  readonly loopDelayP99Us: number;
  readonly loopDelayMaxUs: number;
  /** Time the collector of this thread kept the thread from running, milliseconds. */
  readonly gcPauseMs: number;
}

/** A watch on the thread that started it; it must be stopped. */
export interface LoopWatch {
  /** The time since the last call, or since the start; begins the next stretch. */
  take(): LoopHealth;
  stop(): void;
}

/** Starts to watch the calling thread. */
export function watchLoop(): LoopWatch {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  let gcPauseMs = 0;
  const add = (entries: readonly PerformanceEntry[]) => {
    for (const { duration } of entries) gcPauseMs += duration;
  };
  const collections = new PerformanceObserver((list) => add(list.getEntries()));
  delay.enable();
  collections.observe({ entryTypes: ['gc'] });
  return {
    take() {
      add(collections.takeRecords());
      const health: LoopHealth = {
        loopDelayP99Us: delay.count === 0 ? 0 : beyondResolutionUs(delay.percentile(99)),
        loopDelayMaxUs: delay.count === 0 ? 0 : beyondResolutionUs(delay.max),
        gcPauseMs: Math.round(gcPauseMs * 100) / 100,
      };
      delay.reset();
      gcPauseMs = 0;
      return health;
    },
    stop() {
      delay.disable();
      collections.disconnect();
    },
  };
}

/** The monitor records the nanoseconds between two of its timers, so a loop without delay shows the resolution. */
function beyondResolutionUs(ns: number): number {
  return Math.max(0, Math.round(ns / 1000) - resolutionMs * 1000);
}
