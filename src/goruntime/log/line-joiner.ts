/** Lines that a carrier cut because they were too long for it, put together again, without the prefixes that are known. */
import type { CarriedLine } from './carried-line.ts';
import { fromQuotedPrintable } from './escaped-text.ts';
import { markIn } from './line-anchor.ts';
import { stripPrefix } from './prefix.ts';

/** Takes the lines of a log in their order. */
export interface LineJoiner {
  line(whole: string, stamp: number, number: number): void;
  /** True while the rest of a line is waited for, so that every line matters. */
  waiting(): boolean;
  /** Gives up waiting for what began before the line of this number. */
  giveUp(before: number): void;
}

/** A line longer than this is given on in pieces, as it was cut. */
const maxJoined = 16 * 1024 * 1024;
/** Mail programs that escape bytes break a line behind an equals sign before it has 77 characters, as late as they can (RFC 2045). */
const [leastSoft, mostSoft] = [64, 76];
/** Loggers cut at such lengths without a mark, and leave open what they cut: the string of an object. */
const [cutMultiple, leastCut] = [1024, 2048];

/** A joiner that has seen no line; `onLine` gets every line once it is whole, in the order of their ends. */
export function createLineJoiner(onLine: (line: CarriedLine) => void): LineJoiner {
  /** The beginnings of lines by their source. */
  const cut = new Map<string, CarriedLine>();
  let soft:
    | { readonly text: string; readonly quoted: boolean; readonly stamp: number; readonly number: number }
    | undefined;

  function unfold(printed: string, stamp: number, number: number): void {
    const quoted = printed.charCodeAt(0) === 62 && soft?.quoted !== false;
    const whole = quoted ? printed.replace(quotedByMail, '') : printed;
    const before = soft;
    // What begins a line of the runtime is no rest of another.
    if (before && markIn(whole) === 0) giveUpSoft();
    const text = (soft?.text ?? '') + whole;
    const from = soft?.stamp ?? stamp;
    const broken = softBreak(whole);
    if (broken > 0 && text.length < maxJoined) {
      soft = { text: text.slice(0, text.length - broken), quoted, stamp: from, number };
      return;
    }
    const joined = soft !== undefined;
    soft = undefined;
    strip(joined || isEscapedByMail(text) ? fromQuotedPrintable(text) : text, from, number);
  }

  function strip(whole: string, stamp: number, number: number): void {
    const { source, time, text, partial } = stripPrefix(whole);
    let begun = cut.size > 0 ? cut.get(source) : undefined;
    if (begun && text.startsWith('{"')) {
      giveUpOf(source);
      begun = undefined;
    }
    const line = begun
      ? { ...begun, time, text: begun.text + text, number }
      : ({ source, time, text, stamp, number } as const);
    if ((partial || isCut(text, line.text)) && line.text.length <= maxJoined) cut.set(source, line);
    else {
      if (begun) cut.delete(source);
      onLine(line);
    }
  }

  function giveUpOf(source: string): void {
    const begun = cut.get(source);
    cut.delete(source);
    if (begun) onLine(begun);
  }

  function giveUpSoft(): void {
    const begun = soft;
    soft = undefined;
    // Without a rest it ended with the sign itself.
    if (begun) strip(`${begun.text}=`, begun.stamp, begun.number);
  }

  return {
    line: unfold,
    waiting: () => cut.size > 0 || soft !== undefined,
    giveUp(before) {
      if (soft && soft.number < before) giveUpSoft();
      for (const [source, { number }] of cut) if (number < before) giveUpOf(source);
    },
  };
}

/** What mail programs put before each line of what is answered. */
const quotedByMail = /^(?:> ?){1,16}/;

/** In such text every equals sign is escaped, and no line of the runtime has one like this. */
function isEscapedByMail(text: string): boolean {
  return text.includes('=3D') || (text.charCodeAt(0) === 61 && /^=(?:09|20)/.test(text));
}

/** How many characters a break that is none has at the end of this line; 0 when there is none. */
function softBreak(whole: string): number {
  const last = whole.charCodeAt(whole.length - 1);
  const broken = last === 61 ? 1 : last === 13 && whole.charCodeAt(whole.length - 2) === 61 ? 2 : 0;
  const length = whole.length - (broken === 2 ? 1 : 0);
  return length >= leastSoft && length <= mostSoft ? broken : 0;
}

/** True for a piece of a line that was cut where such lines are cut. */
function isCut(piece: string, line: string): boolean {
  if (piece.length < leastCut || line.charCodeAt(0) !== 123 || piece.endsWith('}')) return false;
  return Buffer.byteLength(piece) % cutMultiple === 0;
}
