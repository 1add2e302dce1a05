/** The lines of one process within a log, one by one, to what it says. */
import type { TraceRecord } from '../../goruntime/log/trace-scanner.ts';
import type { Place } from '../../model/inspected-input.ts';
import type { InitSummary, InspectedProcess } from '../../model/inspected-process.ts';
import { createGcBook } from './gc.ts';
import { createSchedBook } from './sched.ts';
import { createWorst } from './worst.ts';

/** Takes the lines of one process in their order. */
export interface ProcessBook {
  add(record: TraceRecord, place: Place): void;
  inspected(): InspectedProcess;
}

const slowestKept = 5;

/** A book for the process with this name on this stream. */
export function createProcessBook(name: string, source: string): ProcessBook {
  const sched = createSchedBook();
  const gc = createGcBook();
  const init = createInitBook();
  let scavenged = { lines: 0, releasedKib: 0 };
  let pacerLines = 0;
  let first: Place | undefined;
  let last: Place = { byte: 0 };

  return {
    add(record, place) {
      first ??= place;
      last = place;
      switch (record.kind) {
        case 'sched':
          return sched.add(record.value, place);
        case 'sched detail':
          return sched.detail();
        case 'gc':
        case 'old gc':
          return gc.add(record.value, place);
        case 'periodic gc':
          return gc.periodic();
        case 'init':
          return init.add(record.value);
        case 'pacer':
          pacerLines += 1;
          return;
        default:
          scavenged = { lines: scavenged.lines + 1, releasedKib: scavenged.releasedKib + releasedKib(record) };
      }
    },
    inspected() {
      const [scheds, gcs, inits] = [sched.summary(), gc.summary(), init.summary()];
      return {
        name,
        source,
        first: first ?? last,
        last,
        ...(scheds ? { sched: scheds } : {}),
        ...(gcs ? { gc: gcs } : {}),
        ...(scavenged.lines > 0 ? { scavenge: scavenged } : {}),
        ...(pacerLines > 0 ? { pacer: { lines: pacerLines } } : {}),
        ...(inits ? { init: inits } : {}),
        series: [...sched.series(), ...gc.series()],
      };
    },
  };
}

function releasedKib(record: TraceRecord): number {
  if (record.kind === 'scav') return record.value.releasedKib;
  if (record.kind !== 'scvg' || record.value.what !== 'released') return 0;
  return (record.value.values['releasedMib'] ?? 0) * 1024;
}

function createInitBook() {
  type Slow = InitSummary['slowest'][number];
  const slowest = createWorst<Slow>(slowestKept);
  let [packages, clockMs, bytes] = [0, 0, 0];
  return {
    add(line: Slow): void {
      packages += 1;
      clockMs += line.clockMs;
      bytes += line.bytes;
      slowest.add(line.clockMs, () => ({ package: line.package, clockMs: line.clockMs, bytes: line.bytes }));
    },
    summary(): InitSummary | undefined {
      if (packages === 0) return undefined;
      return { packages, clockMs: Math.round(clockMs * 1000) / 1000, bytes, slowest: slowest.list() };
    },
  };
}
