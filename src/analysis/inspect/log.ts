/** What the scanner finds in a log, one by one, to what the log says; memory is bounded whatever its length. */
import { createDumpGrouping, type DumpGrouping } from '../../goruntime/goroutines/dump-groups.ts';
import type { LogScanner } from '../../goruntime/log/scanner.ts';
import type { LogRecord } from '../../goruntime/log/streams.ts';
import type { Snapshot } from '../../model/inspected-goroutines.ts';
import type { InspectCounts, Place, Rejected } from '../../model/inspected-input.ts';
import type { LogInspection } from '../../model/inspection.ts';
import { groupsOfDump, snapshotOf } from './goroutines.ts';
import { judgeProcesses, judgeStreams } from './log-findings.ts';
import { createOrderBook } from './order.ts';
import { createProcessBook, type ProcessBook } from './process.ts';

/** What the scanner says at the end of what could not be read. */
type LogRejects = ReturnType<LogScanner['end']>;

/** Takes the records of one log in their order. */
export interface LogInspector {
  record(record: LogRecord, source: string, time: string | undefined): void;
  /** No more records; `bytes` is the length of the log. */
  finish(file: string, bytes: number, rejects: LogRejects): LogInspection;
}

/** Processes kept: the first ones, and the last ones. */
const firstKept = 8;
const processesKept = 64;
const dumpsKept = 16;

type Counts = { -readonly [Key in keyof InspectCounts]: InspectCounts[Key] };

/** Counts of nothing. */
export const noCounts: InspectCounts = { sched: 0, gc: 0, scavenge: 0, pacer: 0, init: 0, goroutines: 0, rejects: 0 };

const countedAs = {
  sched: 'sched',
  gc: 'gc',
  'old gc': 'gc',
  scav: 'scavenge',
  scvg: 'scavenge',
  pacer: 'pacer',
  init: 'init',
  goroutine: 'goroutines',
} as const;

/** An inspector of a log of which nothing was read yet. */
export function createLogInspector(): LogInspector {
  const counts: Counts = { ...noCounts };
  const processes = createKeptProcesses();
  const dumps = createKeptDumps();
  const order = createOrderBook();

  return {
    record(record, source, time) {
      const { kind, stamp } = record;
      order.add(record, source);
      if (kind in countedAs) counts[countedAs[kind as keyof typeof countedAs]] += 1;
      const place: Place = time === undefined ? { byte: stamp } : { byte: stamp, time };
      if (kind === 'dump') dumps.begin(source, record.dump, record.cause, place);
      else if (kind === 'goroutine') {
        if (record.repeated) counts.goroutines -= 1;
        else dumps.add(source, record.dump, record.value);
      } else processes.bookOf(source, record.process)?.add(record, place);
    },
    finish(file, bytes, rejects) {
      const rejected = [...rejects].map(([kind, { count, example }]): Rejected => ({ kind, count, example }));
      counts.rejects = rejected.reduce((sum, { count }) => sum + count, 0);
      const inspected = processes.books().map((book) => book.inspected());
      const snapshots = dumps.snapshots();
      const upsideDown = order.judge();
      // What follows what says nothing then, only what could not be read is as it is.
      const judged = upsideDown ? [] : inspected;
      const traces = counts.sched + counts.gc + counts.scavenge + counts.pacer + counts.init;
      return {
        kind: traces === 0 && counts.goroutines > 0 ? 'dump' : 'log',
        file,
        bytes,
        counts,
        judgements: [
          ...(upsideDown ? [upsideDown] : []),
          ...judgeStreams(judged, processes.startedOn, rejected),
          ...judgeProcesses(judged),
        ],
        processes: inspected,
        processesLeftOut: processes.leftOut(),
        dumps: snapshots,
        dumpsLeftOut: dumps.leftOut(),
        groups: snapshots.at(-1)?.groups ?? [],
        rejects: rejected,
      };
    },
  };
}

function createKeptProcesses() {
  const books = new Map<string, ProcessBook | undefined>();
  const kept: string[] = [];
  return {
    /** Undefined for a process that is only counted. */
    bookOf(source: string, number: number): ProcessBook | undefined {
      const key = `${source}\n${number}`;
      if (books.has(key)) return books.get(key);
      const book = createProcessBook(`${source === '' ? '' : `${source} `}process ${number + 1}`, source);
      books.set(key, book);
      kept.push(key);
      if (kept.length > processesKept) for (const old of kept.splice(firstKept, 1)) books.set(old, undefined);
      return book;
    },
    /** How many processes wrote to this stream. */
    startedOn: (source: string) => [...books.keys()].filter((key) => key.startsWith(`${source}\n`)).length,
    books: () => kept.flatMap((key) => books.get(key) ?? []),
    leftOut: () => books.size - kept.length,
  };
}

interface KeptDump {
  readonly key: string;
  readonly name: string;
  readonly cause: string | undefined;
  readonly place: Place;
  readonly grouping: DumpGrouping;
  goroutines: number;
}

function createKeptDumps() {
  const kept: KeptDump[] = [];
  let count = 0;
  const begin = (source: string, number: number, cause: string | undefined, place: Place): KeptDump => {
    count += 1;
    const name = `${source === '' ? '' : `${source} `}dump ${number + 1}`;
    const dump = { key: `${source}\n${number}`, name, cause, place, grouping: createDumpGrouping(), goroutines: 0 };
    kept.push(dump);
    // The first one stays, to compare the last ones with.
    if (kept.length > dumpsKept) kept.splice(1, 1);
    return dump;
  };
  return {
    begin,
    add(source: string, number: number, goroutine: Parameters<DumpGrouping['add']>[0]): void {
      const key = `${source}\n${number}`;
      const dump = kept.findLast((each) => each.key === key);
      if (!dump) return;
      dump.goroutines += 1;
      dump.grouping.add(goroutine);
    },
    snapshots: (): Snapshot[] =>
      kept.map(({ name, cause, place, grouping, goroutines }) => {
        const { total, withoutStack, groups } = grouping.groups();
        const about = {
          name,
          place,
          ofTheLook: goroutines - total - withoutStack,
          ...(withoutStack > 0 ? { withoutStack } : {}),
          ...(cause === undefined ? {} : { cause }),
        };
        return snapshotOf(about, total, groupsOfDump(groups));
      }),
    leftOut: () => count - kept.length,
  };
}
