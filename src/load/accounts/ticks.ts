/** What the generator itself did in each second of real time. */
import { performance } from 'node:perf_hooks';
import { watchLoop } from '../../host/event-loop.ts';
import { cpuWaitUs } from '../../host/thread-usage.ts';
import type { LoadTick } from '../../model/load.ts';

/** Counted since the last tick. */
export interface TickCounts {
  due: number;
  sent: number;
  completed: number;
  opened: number;
}

/** How things stand at the moment of a tick. */
type Standing = Pick<LoadTick, 'step' | 'inFlight' | 'waiting' | 'connections' | 'openUs' | 'echoUs'>;

/** Collects one second after the other. */
export interface TickBook {
  readonly counts: TickCounts;
  /** The tick of the time since the last one (or since the start), ending at `atUs`; starts the next. */
  take(atUs: number, standing: Standing): LoadTick;
  /** Ends the watch on the thread; no tick may be taken afterwards. */
  close(): void;
}

/** A book whose first second starts at `startUs`. CPU time is that of the whole process, what concerns the loop is of this thread. */
export function newTickBook(startUs: number): TickBook {
  let lastUs = startUs;
  let cpu = process.cpuUsage();
  let waitedUs = cpuWaitUs();
  let loop = performance.eventLoopUtilization();
  const watch = watchLoop();
  const counts: TickCounts = { due: 0, sent: 0, completed: 0, opened: 0 };
  return {
    counts,
    take(atUs, standing) {
      const lengthUs = Math.max(atUs - lastUs, 1);
      const used = process.cpuUsage(cpu);
      const busy = performance.eventLoopUtilization(loop);
      const waitedNowUs = cpuWaitUs();
      const tick: LoadTick = {
        kind: 'tick',
        atUs,
        lengthUs,
        ...standing,
        ...counts,
        cpuPercent: Math.round(((used.user + used.system) / lengthUs) * 1000) / 10,
        cpuWaitUs: waitedUs === undefined || waitedNowUs === undefined ? undefined : waitedNowUs - waitedUs,
        loopUtilisation: Math.round(busy.utilization * 1000) / 1000,
        ...watch.take(),
      };
      lastUs = atUs;
      cpu = process.cpuUsage();
      waitedUs = waitedNowUs;
      loop = performance.eventLoopUtilization();
      Object.assign(counts, { due: 0, sent: 0, completed: 0, opened: 0 });
      return tick;
    },
    close: watch.stop,
  };
}
