/** Finds SCHED and gc lines in the stderr of one process, line by line, however other writers cut and mixed them. */
import { type GcLine, gcHead, parseGcLine } from './gc-line.ts';
import { parseSchedLine, type SchedLine, schedHead } from './sched-line.ts';

/** One line of the runtime; `stamp` is the caller's, of the line it began on; `process` counts the restarts seen before it. */
export type TraceRecord =
  | { readonly kind: 'sched'; readonly stamp: number; readonly process: number; readonly value: SchedLine }
  | { readonly kind: 'gc'; readonly stamp: number; readonly process: number; readonly value: GcLine };

/** Lines of one kind that began like one and could not be read whole; `example` is the first. */
interface Rejects {
  readonly count: number;
  readonly example: string;
}

/** The two kinds of line. */
export type TraceKind = TraceRecord['kind'];

/** Reads the lines of one target in order; never throws; keeps at most a few cut lines in memory. */
export interface TraceScanner {
  /** The records that this line completes, in order; `text` has no newline. */
  line(text: string, stamp: number): readonly TraceRecord[];
  /** No more lines: what is still cut is counted as a reject. */
  end(): void;
  rejects(kind: TraceKind): Rejects;
}

/** A cut line waiting for its tail: every text that its head may have been, because the other writer's text follows it. */
interface CutLine {
  readonly kind: TraceKind;
  readonly heads: readonly string[];
  readonly stamp: number;
  readonly linesLeft: number;
  readonly example: string;
}

const grammars = {
  sched: { head: schedHead, parse: parseSchedLine },
  gc: { head: gcHead, parse: parseGcLine },
};
const none: readonly TraceRecord[] = [];

/** How many lines of other writers may lie between a head and its tail. */
const maxLinesBetween = 32;
/** How many characters of a foreign text may look like a continuation, and how many heads that makes at most. */
const maxHeads = 64;
/** No line of the runtime is longer: 1,024 Ps of 12 characters each. */
const maxHeadLength = 16_384;
const exampleLength = 160;

/** What programs begin their lines with; where one of these follows a head, the cut is certain. */
const foreign = 'gc \\d+ @|SCHED \\d+ms:|\\{|(?:time|level|ts|msg)=|\\d{4}[/-]\\d\\d[/-]\\d\\d[ T]';
const foreignStart = new RegExp(foreign, 'y');
/** The marks of a runtime line; a head cut before its mark counts only at the start of a line, where the cut is certain. */
const start = new RegExp(`SCHED \\d+ms:|gc \\d+ @|^(?:SCHED|gc) \\d*(?=${foreign})`, 'g');

/** A scanner for the stderr lines of one target. */
export function createTraceScanner(): TraceScanner {
  const rejects = { sched: { count: 0, example: '' }, gc: { count: 0, example: '' } };
  const last = { schedMs: -1, gcCycle: -1 };
  let process = 0;
  let cuts: readonly CutLine[] = [];

  function reject(cut: CutLine): void {
    const { count, example } = rejects[cut.kind];
    rejects[cut.kind] = { count: count + 1, example: count === 0 ? cut.example : example };
  }

  function record(kind: TraceKind, value: SchedLine | GcLine, stamp: number): TraceRecord {
    // In one process both numbers only grow, so a fall is another process.
    const restarted = 'ms' in value ? value.ms < last.schedMs : value.cycle < last.gcCycle;
    if (restarted) {
      process += 1;
      last.schedMs = -1;
      last.gcCycle = -1;
    }
    if ('ms' in value) last.schedMs = value.ms;
    else last.gcCycle = value.cycle;
    return { kind, value, stamp, process } as TraceRecord;
  }

  function rejoin(text: string, records: TraceRecord[]): void {
    const waiting = cuts;
    cuts = [];
    for (const cut of waiting) {
      const values = joinedValues(cut, text);
      const [value] = values;
      if (value && values.length === 1) records.push(record(cut.kind, value, cut.stamp));
      else if (values.length > 1 || cut.linesLeft <= 1) reject(cut);
      else cuts = [...cuts, { ...cut, heads: longerHeads(cut, text), linesLeft: cut.linesLeft - 1 }];
    }
  }

  function cutAt(kind: TraceKind, text: string, from: number, stamp: number): void {
    const cut: CutLine = {
      kind,
      heads: headsAt(kind, text, from, 0).heads,
      stamp,
      linesLeft: maxLinesBetween,
      example: text.slice(from, from + exampleLength),
    };
    for (const older of cuts) if (older.kind === kind) reject(older);
    cuts = [...cuts.filter((older) => older.kind !== kind), cut];
  }

  function scan(text: string, stamp: number, records: TraceRecord[]): void {
    start.lastIndex = 0;
    for (let match = start.exec(text); match; match = start.exec(text)) {
      const kind = match[0].startsWith('S') ? 'sched' : 'gc';
      const parsed = grammars[kind].parse(text, match.index);
      if (parsed) {
        records.push(record(kind, parsed.value, stamp));
        start.lastIndex = parsed.end;
      } else cutAt(kind, text, match.index, stamp);
    }
  }

  return {
    line(text, stamp) {
      const interesting = text.includes('SCHED ') || text.includes('gc ');
      if (cuts.length === 0 && !interesting) return none;
      const records: TraceRecord[] = [];
      if (cuts.length > 0) rejoin(text, records);
      if (interesting) scan(text, stamp, records);
      return records;
    },
    end() {
      for (const cut of cuts) reject(cut);
      cuts = [];
    },
    rejects: (kind) => rejects[kind],
  };
}

/** Every different value that one of the heads makes together with this line; more than one means that we cannot tell. */
function joinedValues(cut: CutLine, text: string): (SchedLine | GcLine)[] {
  const tail = text.slice(0, maxHeadLength);
  const values = new Map<string, SchedLine | GcLine>();
  for (const head of cut.heads) {
    // The runtime writes a number in one piece, so no cut lies inside one.
    if (/[\d.]$/.test(head) && /^[\d.]/.test(tail)) continue;
    const parsed = grammars[cut.kind].parse(head + tail);
    if (!parsed || (parsed.end <= head.length && tail !== '')) continue;
    // The header of `scheddetail` has no mark of its end, so a piece of it cannot be told from the whole.
    if ('ms' in parsed.value && !parsed.value.localRunqueues) continue;
    values.set(JSON.stringify(parsed.value), parsed.value);
  }
  return [...values.values()];
}

/** The heads, and those that this line may have made longer before it was cut once more. */
function longerHeads(cut: CutLine, text: string): readonly string[] {
  const tail = text.slice(0, maxHeadLength);
  const all = new Set<string>();
  for (const head of cut.heads) {
    const longer = headsAt(cut.kind, head + tail, 0, head.length);
    // Where the cut is certain, the text before it belongs to the head, and no head without it is possible.
    if (!longer.certain) all.add(head);
    for (const each of longer.heads) all.add(each);
  }
  return all.size > maxHeads ? cut.heads : [...all];
}

/** Every text that may be the head of the line cut after `from + known`: where the foreign text begins is not marked. */
function headsAt(kind: TraceKind, text: string, from: number, known: number): { heads: string[]; certain: boolean } {
  const { head } = grammars[kind];
  head.lastIndex = from;
  const length = Math.min(head.exec(text)?.[0].length ?? 0, maxHeadLength);
  const end = from + length;
  const heads: string[] = [];
  for (let cut = Math.max(from + Math.max(known, 1), end - maxHeads); cut <= end; cut += 1) {
    heads.push(text.slice(from, cut));
    foreignStart.lastIndex = cut;
    if (foreignStart.test(text)) return { heads: [text.slice(from, cut)], certain: true };
  }
  return { heads, certain: false };
}
