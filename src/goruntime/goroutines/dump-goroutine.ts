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
  const own: StackFrame[] = [];
  const ancestors: { goroutine: number; frames: StackFrame[] }[] = [];
  let frames = own;
  let call: { readonly name: string; readonly inlined: boolean } | undefined;
  let createdBy: CreatedBy | undefined;
  let afterCreatedBy = false;
  let elided: number | undefined = 0;
  let stackUnavailable = false;
  let foreignLines = 0;
  let foreignInARow = 0;
  let before = '';
  /** What may be the beginning of a line that was wrapped. */
  let wrapped = '';

  function push(file?: string, line?: number): void {
    if (!call) return;
    if (frames.length < maxFrames) frames.push({ function: call.name, file, line, inlined: call.inlined });
    else if (frames === own && elided !== undefined) elided += 1;
    call = undefined;
  }

  /** The second line of a frame; tools that copy a dump may have lost its indentation. */
  function place(text: string, indented: boolean): boolean {
    if (!call && !afterCreatedBy) return indented && other(text);
    const found = parsePlace(text);
    if (!found) return indented && (other(text) || text.trimStart().startsWith('pc='));
    push(found.file, found.line);
    afterCreatedBy = false;
    return true;
  }

  function other(text: string): boolean {
    if (!text.includes('stack unavailable')) return false;
    stackUnavailable = true;
    return true;
  }

  /** A line about the whole stack, such as who created the goroutine. */
  function note(text: string): boolean {
    if (text.startsWith('created by ')) return noteCreator(parseCreatedBy(text));
    if (text.startsWith('...') && text.endsWith(' frames elided...')) {
      push();
      const count = elidedCount.exec(text)?.[1];
      if (frames === own) elided = count === undefined ? undefined : Number(count);
      return true;
    }
    const from = text.startsWith('[') ? ancestor.exec(text) : undefined;
    if (!from || ancestors.length >= maxAncestors) return false;
    push();
    frames = [];
    ancestors.push({ goroutine: Number(from[1]), frames });
    return true;
  }

  function noteCreator(creator: CreatedBy | undefined): boolean {
    if (!creator) return false;
    push();
    if (frames === own) createdBy = creator;
    afterCreatedBy = true;
    return true;
  }

  function read(text: string): boolean {
    const first = text.charCodeAt(0);
    const indented = first === 9 || first === 32;
    if (place(text, indented)) return true;
    if (indented) return false;
    if (note(text)) return true;
    const next = parseCall(text);
    if (!next) return false;
    push();
    call = next;
    return true;
  }

  /** A line that a mail program or a terminal broke at a blank; its first part was taken for a foreign one. */
  function unwrap(text: string): boolean {
    const whole = wrapped === '' ? '' : `${wrapped} ${text.trimStart()}`;
    if (whole !== '' && whole.length <= maxWrapped && read(whole)) {
      foreignLines -= foreignInARow;
      return true;
    }
    wrapped = [whole, text].find((each) => each.length <= maxWrapped && mayBeWrapped.test(each))?.trimEnd() ?? '';
    return false;
  }

  return {
    line(text) {
      const last = before;
      before = text;
      // The end of a line that the scheduler or the collector printed into.
      if (text === '' && printedInto.test(last)) return true;
      // A place is the most frequent line, and nothing after a dump begins with a tab.
      if (text === '' || (text.charCodeAt(0) !== 9 && afterDump.test(text))) return false;
      if (read(text) || unwrap(text)) {
        foreignInARow = 0;
        wrapped = text.startsWith('created by ') ? text : '';
        return true;
      }
      foreignInARow += 1;
      if (foreignInARow > maxForeignInARow) return false;
      foreignLines += 1;
      return true;
    },
    value() {
      push();
      // Spread, the header would cost more than all its lines.
      const { id, state, waitMinutes, lockedToThread, leaked, scan, durable, thread, synctest, labels, other } = header;
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
        frames: own,
        createdBy,
        ancestors,
        elided,
        stackUnavailable,
        foreignLines,
      };
    },
  };
}
