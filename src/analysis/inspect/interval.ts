/** What a growing log says in each stretch of time: a few numbers, begun anew for every stretch. */
import type { LogRecord } from '../../goruntime/log/streams.ts';
import type { InspectInterval } from '../../model/inspection-changes.ts';

/** Takes records as they come; `take` gives out what came since the last time. */
export interface IntervalBook {
  record(record: LogRecord, source: string): void;
  take(): InspectInterval;
}

/** A book of a log of which nothing was read yet. */
export function createIntervalBook(): IntervalBook {
  const processes = new Set<string>();
  let now = nothing();

  function note(record: LogRecord): void {
    switch (record.kind) {
      case 'sched': {
        const { runqueue, localRunqueues = [], idleprocs, gomaxprocs, threads } = record.value;
        const queued = runqueue + localRunqueues.reduce((sum, length) => sum + length, 0);
        const before = now.sched;
        now.sched = {
          lines: (before?.lines ?? 0) + 1,
          queuedSum: (before?.queuedSum ?? 0) + queued,
          queuedMax: Math.max(before?.queuedMax ?? 0, queued),
          idleprocsMin: Math.min(before?.idleprocsMin ?? idleprocs, idleprocs),
          gomaxprocs,
          threads,
        };
        return;
      }
      case 'gc':
      case 'old gc': {
        const { pauseMs, heapLiveMib } = record.value;
        const cpuPercent = 'cpuPercent' in record.value ? { cpuPercent: record.value.cpuPercent } : {};
        now.gc = {
          cycles: (now.gc?.cycles ?? 0) + 1,
          pauseMaxMs: Math.max(now.gc?.pauseMaxMs ?? 0, pauseMs),
          heapLiveMib,
          ...cpuPercent,
        };
        return;
      }
      case 'dump':
        now.dumps = [...now.dumps, record.cause ?? ''];
        return;
      case 'goroutine':
        now.goroutines += Number(!record.repeated);
        return;
      default:
        now.others += 1;
    }
  }

  return {
    record(record, source) {
      if ('process' in record) {
        const key = `${source}\n${record.process}`;
        if (!processes.has(key)) {
          if (processes.size > 0) now.began += 1;
          processes.add(key);
        }
      }
      note(record);
    },
    take() {
      const taken = now;
      now = nothing();
      return taken;
    },
  };
}

function nothing(): InspectInterval {
  return { sched: undefined, gc: undefined, dumps: [], goroutines: 0, others: 0, began: 0 };
}
