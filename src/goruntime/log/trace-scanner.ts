/** Finds the lines of the runtime in the stderr of one target, line by line, however other writers cut and mixed them. */

import {
  grammars,
  type InlineKind,
  type InlineValue,
  kindOf,
  lineStart,
  type TraceKind,
  type TraceValues,
} from '../lines/kinds.ts';
import { beginsLikeDetail, parseSchedDetailLine } from '../lines/sched-detail.ts';
import { type CutLine, cutLineAt, joinedValues, stillCut } from './cut-line.ts';
import { createProcessClocks } from './process-clocks.ts';

/** One line of the runtime; `stamp` is the caller's, of the line it began on; `process` tells apart who printed on this stream. */
export type TraceRecord = {
  readonly [Kind in TraceKind]: {
    readonly kind: Kind;
    readonly stamp: number;
    readonly process: number;
    readonly value: TraceValues[Kind];
  };
}[TraceKind];

/** Lines of one kind that began like one and could not be read whole; `example` is the first. */
export interface Rejects {
  readonly count: number;
  readonly example: string;
}

/** Reads the lines of one target in order; never throws; keeps at most a few cut lines in memory. */
export interface TraceScanner {
  /** The records that this line completes, in order; `text` has no newline. */
  line(text: string, stamp: number): readonly TraceRecord[];
  /** True while the next lines matter even if they do not look like the runtime's. */
  waiting(): boolean;
  /** No more lines: what is still cut is counted as a reject. */
  end(): void;
  rejects(kind: TraceKind): Rejects;
  allRejects(): ReadonlyMap<TraceKind, Rejects>;
}

const none: readonly TraceRecord[] = [];
const noRejects: Rejects = { count: 0, example: '' };
const interesting = /SCHED |gc[ \d]|scvg|scav |pacer: |init |GC forced/;
/** How many lines of other writers in a row may lie in a `scheddetail` block. */
const maxForeignInDetail = 8;

/** A scanner for the stderr lines of one target. */
export function createTraceScanner(): TraceScanner {
  return new LineScanner();
}

class LineScanner implements TraceScanner {
  private readonly refused = new Map<TraceKind, Rejects>();
  private readonly clocks = createProcessClocks();
  private cuts: readonly CutLine[] = [];
  private detail: { readonly process: number; foreign: number } | undefined;

  line(text: string, stamp: number): readonly TraceRecord[] {
    const found = interesting.test(text);
    if (!found && this.cuts.length === 0 && !this.detail) return none;
    const records: TraceRecord[] = [];
    if (this.cuts.length > 0) this.rejoin(text, records);
    this.readDetail(text, stamp, records);
    if (found) this.scan(text, stamp, records);
    return records;
  }

  waiting(): boolean {
    return this.cuts.length > 0 || this.detail !== undefined;
  }

  end(): void {
    for (const { kind, example } of this.cuts) this.reject(kind, example);
    this.cuts = [];
    this.detail = undefined;
  }

  rejects(kind: TraceKind): Rejects {
    return this.refused.get(kind) ?? noRejects;
  }

  allRejects(): ReadonlyMap<TraceKind, Rejects> {
    return this.refused;
  }

  private reject(kind: TraceKind, example: string): void {
    const before = this.refused.get(kind);
    this.refused.set(kind, before ? { ...before, count: before.count + 1 } : { count: 1, example });
  }

  private record(kind: InlineKind, value: InlineValue, stamp: number): TraceRecord {
    const process = this.clocks.processOf(kind, value);
    return { kind, value, stamp, process } as TraceRecord;
  }

  private rejoin(text: string, records: TraceRecord[]): void {
    const waiting = this.cuts;
    this.cuts = [];
    for (const kind of new Set(waiting.map((cut) => cut.kind))) {
      this.rejoinAlike(
        kind,
        waiting.filter((cut) => cut.kind === kind),
        text,
        records,
      );
    }
  }

  private rejoinAlike(kind: InlineKind, alike: readonly CutLine[], text: string, records: TraceRecord[]): void {
    const values = new Map(
      alike.flatMap((cut) => joinedValues(cut, text)).map((value) => [JSON.stringify(value), value]),
    );
    const [value] = values.values();
    const [first, ...others] = alike;
    if (first && value && values.size === 1) {
      records.push(this.record(kind, value, first.stamp));
      for (const other of others) this.reject(kind, other.example);
      return;
    }
    for (const cut of alike) {
      const longer = values.size === 0 ? stillCut(cut, text) : undefined;
      if (longer) this.cuts = [...this.cuts, longer];
      else this.reject(kind, cut.example);
    }
  }

  /** The last of a line, and the first: the other writer's own text may look like a line of the runtime, and one tail fits both. */
  private cutAt(kind: InlineKind, text: string, from: number, stamp: number, earlier: readonly CutLine[]): void {
    const alike = this.cuts.filter((older) => older.kind === kind);
    const kept = alike.filter((older) => !earlier.includes(older)).slice(0, 1);
    for (const older of alike) if (!kept.includes(older)) this.reject(kind, older.example);
    this.cuts = [...this.cuts.filter((older) => older.kind !== kind), ...kept, cutLineAt(kind, text, from, stamp)];
  }

  private scan(text: string, stamp: number, records: TraceRecord[]): void {
    const earlier = this.cuts;
    lineStart.lastIndex = 0;
    for (let match = lineStart.exec(text); match; match = lineStart.exec(text)) {
      const kind = kindOf(match[0]);
      const parsed = grammars[kind].parse(text, match.index);
      if (!parsed) {
        this.cutAt(kind, text, match.index, stamp, earlier);
        continue;
      }
      const found = this.record(kind, parsed.value, stamp);
      records.push(found);
      if (found.kind === 'sched')
        this.detail = found.value.localRunqueues ? undefined : { process: found.process, foreign: 0 };
      lineStart.lastIndex = parsed.end;
    }
  }

  private readDetail(text: string, stamp: number, records: TraceRecord[]): void {
    if (!this.detail) return;
    const { process } = this.detail;
    const value = parseSchedDetailLine(text);
    const alike = value !== undefined || beginsLikeDetail(text);
    if (value) records.push({ kind: 'sched detail', value, stamp, process });
    else if (alike) this.reject('sched detail', text.slice(0, 160));
    this.detail.foreign = alike ? 0 : this.detail.foreign + 1;
    if (this.detail.foreign > maxForeignInDetail) this.detail = undefined;
  }
}
