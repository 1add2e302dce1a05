/** The lines of one goroutine in a dump, one after another, to the goroutine. */
import type { GoroutineHeader } from './header.ts';
import { type CreatedBy, parseCall, parseCreatedBy, parsePlace, type StackFrame } from './stack-frame.ts';

/** The stack of the goroutine that started this one, as of then (GODEBUG=tracebackancestors). */
interface Ancestor {
  readonly goroutine: number;
  readonly frames: readonly StackFrame[];
}

/** One goroutine of a dump. */
export interface DumpGoroutine extends GoroutineHeader {
  /** Innermost first. */
  readonly frames: readonly StackFrame[];
  readonly createdBy: CreatedBy | undefined;
  readonly ancestors: readonly Ancestor[];
  /** How many frames were left out; undefined when some were and it is not said how many. */
  readonly elided: number | undefined;
  /** True when another thread ran it, so that its stack could not be read. */
  readonly stackUnavailable: boolean;
  /** Lines between its frames that are no part of a stack. */
  readonly foreignLines: number;
}

/** A goroutine whose lines are still being read. */
export interface OpenGoroutine {
  /** True when the line may belong to it; false when it ended before this line. */
  line(text: string): boolean;
  /** The goroutine as read up to now. */
  value(): DumpGoroutine;
}

/** What programs print in the middle of a stack is skipped up to here; more of it, and the stack has ended. */
const maxForeignInARow = 16;
/** The runtime prints at most 100 frames of a stack; it does not say more of memory than this. */
const maxFrames = 512;
const maxAncestors = 64;
/** What follows the last goroutine: other threads, registers, and what `go run` says. */
const afterDump = /^(?:-----$|exit status \d|\[signal |[a-z]\w{1,7} +0x[0-9a-f]{1,16}$)/;
/** Arguments that go on, and who created a goroutine before it is said in which one. */
const mayBeWrapped = /^(?:[^\s(][^\s]{0,1000}\(.{0,1000},|created by(?: \S{1,1000})?(?: in(?: goroutine)?)?) ?$/;
const maxWrapped = 4096;
const printedInto = /\S(?:SCHED \d+ms:|gc \d+ @\d)/;
const elidedCount = /^\.\.\.(\d{1,9}) frames elided\.\.\.$/;
const ancestor = /^\[originating from goroutine (\d{1,18})\]:$/;

/** The goroutine of this header, without any frame yet. */
export function openGoroutine(header: GoroutineHeader): OpenGoroutine {
  return new GoroutineReader(header);
}

class GoroutineReader implements OpenGoroutine {
  private readonly header: GoroutineHeader;
  private readonly own: StackFrame[] = [];
  private readonly ancestors: { goroutine: number; frames: StackFrame[] }[] = [];
  private frames = this.own;
  private call: { readonly name: string; readonly inlined: boolean } | undefined;
  private createdBy: CreatedBy | undefined;
  private afterCreatedBy = false;
  private elided: number | undefined = 0;
  private stackUnavailable = false;
  private foreignLines = 0;
  private foreignInARow = 0;
  private before = '';
  /** What may be the beginning of a line that was wrapped. */
  private wrapped = '';

  constructor(header: GoroutineHeader) {
    this.header = header;
  }

  line(text: string): boolean {
    const last = this.before;
    this.before = text;
    // The end of a line that the scheduler or the collector printed into.
    if (text === '' && printedInto.test(last)) return true;
    // A place is the most frequent line, and nothing after a dump begins with a tab.
    if (text === '' || (text.charCodeAt(0) !== 9 && afterDump.test(text))) return false;
    if (this.read(text) || this.unwrap(text)) {
      this.foreignInARow = 0;
      this.wrapped = text.startsWith('created by ') ? text : '';
      return true;
    }
    this.foreignInARow += 1;
    if (this.foreignInARow > maxForeignInARow) return false;
    this.foreignLines += 1;
    return true;
  }

  value(): DumpGoroutine {
    this.push();
    // Spread, the header would cost more than all its lines.
    const { id, state, waitMinutes, lockedToThread, leaked, scan, durable, thread, synctest, labels, other } =
      this.header;
    return {
      id,
      state,
      waitMinutes,
      lockedToThread,
      leaked,
      scan,
      durable,
      thread,
      synctest,
      labels,
      other,
      frames: this.own,
      createdBy: this.createdBy,
      ancestors: this.ancestors,
      elided: this.elided,
      stackUnavailable: this.stackUnavailable,
      foreignLines: this.foreignLines,
    };
  }

  private push(file?: string, line?: number): void {
    if (!this.call) return;
    if (this.frames.length < maxFrames)
      this.frames.push({ function: this.call.name, file, line, inlined: this.call.inlined });
    else if (this.frames === this.own && this.elided !== undefined) this.elided += 1;
    this.call = undefined;
  }

  /** The second line of a frame; tools that copy a dump may have lost its indentation. */
  private place(text: string, indented: boolean): boolean {
    if (!this.call && !this.afterCreatedBy) return indented && this.other(text);
    const found = parsePlace(text);
    if (!found) return indented && (this.other(text) || text.trimStart().startsWith('pc='));
    this.push(found.file, found.line);
    this.afterCreatedBy = false;
    return true;
  }

  private other(text: string): boolean {
    if (!text.includes('stack unavailable')) return false;
    this.stackUnavailable = true;
    return true;
  }

  /** A line about the whole stack, such as who created the goroutine. */
  private note(text: string): boolean {
    if (text.startsWith('created by ')) return this.noteCreator(parseCreatedBy(text));
    if (text.startsWith('...') && text.endsWith(' frames elided...')) {
      this.push();
      const count = elidedCount.exec(text)?.[1];
      if (this.frames === this.own) this.elided = count === undefined ? undefined : Number(count);
      return true;
    }
    const from = text.startsWith('[') ? ancestor.exec(text) : undefined;
    if (!from || this.ancestors.length >= maxAncestors) return false;
    this.push();
    this.frames = [];
    this.ancestors.push({ goroutine: Number(from[1]), frames: this.frames });
    return true;
  }

  private noteCreator(creator: CreatedBy | undefined): boolean {
    if (!creator) return false;
    this.push();
    if (this.frames === this.own) this.createdBy = creator;
    this.afterCreatedBy = true;
    return true;
  }

  private read(text: string): boolean {
    const first = text.charCodeAt(0);
    const indented = first === 9 || first === 32;
    if (this.place(text, indented)) return true;
    if (indented) return false;
    if (this.note(text)) return true;
    const next = parseCall(text);
    if (!next) return false;
    this.push();
    this.call = next;
    return true;
  }

  /** A line that a mail program or a terminal broke at a blank; its first part was taken for a foreign one. */
  private unwrap(text: string): boolean {
    const whole = this.wrapped === '' ? '' : `${this.wrapped} ${text.trimStart()}`;
    if (whole !== '' && whole.length <= maxWrapped && this.read(whole)) {
      this.foreignLines -= this.foreignInARow;
      return true;
    }
    this.wrapped = [whole, text].find((each) => each.length <= maxWrapped && mayBeWrapped.test(each))?.trimEnd() ?? '';
    return false;
  }
}
