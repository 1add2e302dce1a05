/** What the generator itself did in each second of real time. */
import type { ThreadWatch } from '../../host/thread-usage.ts';
import type { LoadTick } from '../../model/load.ts';

/** Counted since the last tick. */
export interface TickCounts {
  due: number;
  sent: number;
  completed: number;
  opened: number;
  /** Requests that were sent after the first of their arrival. */
  followed: number;
}

/** How things stand at the moment of a tick. */
type Standing = Pick<LoadTick, 'step' | 'inFlight' | 'waiting' | 'connections' | 'thinking' | 'openUs' | 'echoUs'>;

/** Makes one tick after the other. */
export interface Ticks {
  readonly counts: TickCounts;
  /** The tick of the time since the last one (or since the start), ending at `atUs`; starts the next. */
  take(atUs: number, standing: Standing): LoadTick;
  /** Ends the watch on the thread; no tick may be taken afterwards. */
  close(): void;
}

/** Ticks of which the first starts at `startUs`. CPU time is that of the whole process, what concerns the loop is of the watched thread. */
export function createTicks(startUs: number, watch: ThreadWatch): Ticks {
  let lastUs = startUs;
  const counts: TickCounts = noCounts();
  return {
    counts,
    take(atUs, standing) {
      const lengthUs = Math.max(atUs - lastUs, 1);
      const { cpuUs, cpuWaitUs, loopUtilisation, ...loop } = watch.take();
      const { followed, ...others } = counts;
      const tick: LoadTick = {
        kind: 'tick',
        atUs,
        lengthUs,
        ...standing,
        ...others,
        ...(followed > 0 && { followed }),
        cpuPercent: Math.round((cpuUs / lengthUs) * 1000) / 10,
        cpuWaitUs,
        loopUtilisation: Math.round(loopUtilisation * 1000) / 1000,
        ...loop,
      };
      lastUs = atUs;
      Object.assign(counts, noCounts());
      return tick;
    },
    close: watch.stop,
  };
}

/** Nothing was counted yet. */
export function noCounts(): TickCounts {
  return { due: 0, sent: 0, completed: 0, opened: 0, followed: 0 };
}
