/** Takes carriers of one form off the lines of a log: looks at a stretch of lines first to learn how they are carried. */

import { dumpCause } from '../goroutines/dump-reader.ts';
import type { CarriedLine, CarrierForm, Reading } from './carried-line.ts';
import { anchorIn } from './line-anchor.ts';
import { fitOf, type LineSign, signOf } from './line-sign.ts';
import { keyOf, type SignedRow, writerColumns } from './writer-columns.ts';

/** Gives every line on, without its carrier where it has one, in the order in which they came. */
export interface CarrierLearner {
  line(line: CarriedLine): void;
  /** True while it knows no carrier and holds no line back. */
  isIdle(): boolean;
  /** True while lines are held back, so that every line matters. */
  waiting(): boolean;
  /** Learns from the lines held back and gives them on. */
  settle(): void;
}

/** What was learned of one layout. */
interface Layout {
  readonly name: string;
  /** The columns that name the writer. */
  readonly naming: ReadonlySet<number>;
  /** Columns that were the same in all lines that were learned from. */
  readonly steady: Map<number, string>;
  /** The writers by their key: of each its name, once it printed a line of the runtime. */
  readonly writers: Map<string, string>;
  /** How often it may still be learned anew. */
  turns: number;
}

const linesLearnedFrom = 1024;
const bytesLearnedFrom = 1024 * 1024;
/** An entry may hold a whole dump, of which the beginning tells as much. */
const rowsLearnedFrom = 16_384;
const maxLayouts = 64;
const maxWriters = 4096;
const maxTurns = 4;

/** A learner that has seen no line; `onLine` gets lines whose source says who wrote them. */
export function createCarrierLearner(form: CarrierForm, onLine: (line: CarriedLine) => void): CarrierLearner {
  return new FormLearner(form, onLine);
}

class FormLearner implements CarrierLearner {
  private readonly form: CarrierForm;
  private readonly onLine: (line: CarriedLine) => void;
  private layouts: Layout[] = [];
  private readonly refused = new Set<string>();
  private held: CarriedLine[] | undefined;
  private heldBytes = 0;

  constructor(form: CarrierForm, onLine: (line: CarriedLine) => void) {
    this.form = form;
    this.onLine = onLine;
  }

  line(line: CarriedLine): void {
    if (this.held) this.hold(line);
    else if (this.layouts.length > 0) {
      if (!this.place(line, false)) this.hold(line);
    } else if (this.form.mayBegin(line.text)) this.hold(line);
    else this.onLine(line);
  }

  isIdle(): boolean {
    return this.held === undefined && this.layouts.length === 0;
  }

  waiting(): boolean {
    return this.held !== undefined;
  }

  settle(): void {
    const lines = this.held;
    if (!lines) return;
    this.held = undefined;
    this.heldBytes = 0;
    for (const name of new Set(lines.flatMap(({ text }) => this.form.find(text)[0]?.layout ?? [])))
      this.learn(name, lines);
    for (const line of lines) this.place(line, true);
  }

  private give(line: CarriedLine, layout: Layout, reading: Reading, key: string): void {
    const name = layout.writers.get(key) ?? '';
    const source = line.source === '' || name === '' ? line.source + name : `${line.source} ${name}`;
    const time = reading.time ?? line.time;
    for (const text of reading.lines) this.onLine({ ...line, source, time, text });
  }

  /** The key of the writer of this reading, who becomes known where it begins something. */
  private keyOfWriter(source: string, layout: Layout, reading: Reading, begins: boolean): string {
    const key = keyOf(source, reading.columns, layout.naming);
    if (begins && !layout.writers.has(key) && layout.writers.size < maxWriters) {
      layout.writers.set(key, this.labelOf(layout, reading));
    }
    return key;
  }

  private labelOf({ name, naming, steady }: Layout, { columns }: Reading): string {
    const isSame = (at: number) => steady.get(at) === columns[at];
    const varied = [...naming].filter((at) => !isSame(at));
    const same = columns.flatMap((_, at) => (isSame(at) ? [at] : []));
    return this.form.label(name, columns, new Set(varied), new Set(same));
  }

  /** Gives the line on by what was learned; false when it is carried as none before. */
  private place(line: CarriedLine, learning: boolean): boolean {
    const found = this.form.find(line.text);
    const [first] = found;
    const layout = first && this.layouts.find(({ name }) => name === first.layout);
    if (first && !layout && !learning && !this.refused.has(first.layout) && this.layouts.length < maxLayouts)
      return false;
    if (layout && !learning && layout.turns > 0 && found.some((each) => isNew(layout, each))) return false;
    const known = this.knownReading(line, layout && { layout, readings: found });
    if (!known) {
      this.onLine(line);
      return true;
    }
    for (const reading of known.readings) {
      this.give(
        line,
        known.layout,
        reading,
        this.keyOfWriter(
          line.source,
          known.layout,
          reading,
          known.layout === layout || dumpCause.test(reading.lines[0] ?? ''),
        ),
      );
    }
    return true;
  }

  /** The reading by a layout and a writer that are known which takes most off the line: a prefix may look like the runtime's lines. */
  private knownReading(line: CarriedLine, found: Readings | undefined): Readings | undefined {
    let best = found;
    for (const layout of this.layouts) {
      if (layout === found?.layout) continue;
      const readings = this.form.read(layout.name, line.text);
      const isKnown = readings.some(({ columns }) => layout.writers.has(keyOf(line.source, columns, layout.naming)));
      // Why a dump follows stands before what makes its writer known.
      const begins = readings.some(({ lines: [text = ''] }) => dumpCause.test(text));
      if ((isKnown || begins) && (!best || lengthOf(readings) < lengthOf(best.readings))) best = { layout, readings };
    }
    return best;
  }

  private hold(line: CarriedLine): void {
    this.held ??= [];
    this.held.push(line);
    this.heldBytes += line.text.length;
    if (this.held.length >= linesLearnedFrom || this.heldBytes >= bytesLearnedFrom) this.settle();
  }

  private learn(name: string, lines: readonly CarriedLine[]): void {
    const known = this.layouts.find((each) => each.name === name);
    if (known?.turns === 0 || this.refused.has(name)) return;
    const { rows, plain } = rowsOf(this.form, name, lines);
    const { columns: naming, steps } = writerColumns(rows, known?.naming);
    const bare = fitOf(
      plain.map(({ sign }) => sign),
      plain.map(({ source }) => source),
    );
    if (!known && steps <= bare.steps && !isSteady(rows)) {
      this.refused.add(name);
      return;
    }
    this.layouts = [
      {
        name,
        naming,
        steady: steadyColumns(rows, known?.steady),
        writers: known && sameColumns(known.naming, naming) ? known.writers : new Map(),
        turns: known ? known.turns - 1 : maxTurns,
      },
      ...this.layouts.filter((each) => each !== known),
    ];
  }
}

interface Readings {
  readonly layout: Layout;
  readonly readings: readonly Reading[];
}

function lengthOf(readings: readonly Reading[]): number {
  return readings.reduce((sum, { lines }) => sum + lines.reduce((total, line) => total + line.length, 0), 0);
}

/** A number that has been the same in all lines, and now is not, may name another writer. */
function isNew({ steady, naming }: Layout, { columns }: Reading): boolean {
  return columns.some((value, at) => value !== undefined && !naming.has(at) && (steady.get(at) ?? value) !== value);
}

function sameColumns(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((at) => b.has(at));
}

interface Row extends SignedRow {
  /** Which of the lines it is of. */
  readonly at: number;
}

/** The lines of this layout, and the same lines as they are without it. */
function rowsOf(form: CarrierForm, name: string, lines: readonly CarriedLine[]) {
  const rows: Row[] = [];
  const plain: { readonly sign: LineSign; readonly source: string }[] = [];
  lines.forEach(({ text, source }, at) => {
    const readings = form.read(name, text);
    if (readings.length === 0 || rows.length >= rowsLearnedFrom) return;
    // Traces are read wherever in a line they begin, so they are no reason to see a prefix before them.
    const inline = signOf(text.slice(Math.max(0, anchorIn(text))));
    plain.push({ sign: inline.kind === 'header' ? signOf(text) : inline, source });
    for (const { columns, lines: texts } of readings) {
      for (const each of texts.slice(0, rowsLearnedFrom)) rows.push({ source, columns, sign: signOf(each), at });
    }
  });
  return { rows, plain };
}

/** Several lines of the runtime behind the same words, or one whose next line has them too. */
function isSteady(rows: readonly Row[]): boolean {
  const wordsOf = ({ columns }: Row) => columns.filter((value) => value !== undefined && /\D/.test(value)).join('\n');
  const begins = ({ sign: { kind } }: Row) => kind === 'header' || kind === 'gc' || kind === 'sched';
  const first = rows.find(begins);
  if (!first) return false;
  const words = wordsOf(first);
  return rows.some((row) => row.at > first.at && (begins(row) || row.at === first.at + 1) && wordsOf(row) === words);
}

/** The columns that never varied, also not among those known. */
function steadyColumns(rows: readonly Row[], known: ReadonlyMap<number, string> | undefined): Map<number, string> {
  const steady = new Map<number, string>();
  const varying = new Set<number>();
  for (const { columns } of rows) {
    columns.forEach((value, at) => {
      if (value === undefined || varying.has(at)) return;
      const before = known ? known.get(at) : (steady.get(at) ?? value);
      steady.set(at, value);
      if (before === value) return;
      steady.delete(at);
      varying.add(at);
    });
  }
  return steady;
}
