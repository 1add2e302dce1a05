/** A line of the runtime that another writer cut, and the search for its tail in the lines that follow. */

import { foreignStart, grammars, type InlineKind, type InlineValue } from '../lines/kinds.ts';
import { isWrapped } from '../lines/wrapped-line.ts';

/** A cut line waiting for its tail: every text that its head may have been, because the other writer's text follows it. */
export interface CutLine {
  readonly kind: InlineKind;
  /** The line from its mark on. */
  readonly text: string;
  /** Undefined until a line follows: most cut lines of a broken log are given up before. */
  readonly heads: readonly string[] | undefined;
  /** The line up to now if it was not cut by a writer but wrapped at blanks, and how long its last part is. */
  readonly rows: string;
  readonly lastRow: number;
  readonly stamp: number;
  readonly linesLeft: number;
  readonly example: string;
}

/** How many lines of other writers may lie between a head and its tail. */
const maxLinesBetween = 32;
/** How many characters of a foreign text may look like a continuation, and how many heads that makes at most. */
const maxHeads = 64;
/** How many characters all heads of a line have together at most, so that a long line does not take long. */
const maxHeadCharacters = 65_536;
/** No line of the runtime is longer: 1,024 Ps of 12 characters each. */
const maxHeadLength = 16_384;
const exampleLength = 160;

/** The line of this kind that begins at `from` and is not whole. */
export function cutLineAt(kind: InlineKind, text: string, from: number, stamp: number): CutLine {
  return {
    kind,
    text: text.slice(from, from + maxHeadLength),
    heads: undefined,
    rows: text.slice(from, from + maxHeadLength),
    lastRow: text.length,
    stamp,
    linesLeft: maxLinesBetween,
    example: text.slice(from, from + exampleLength),
  };
}

/** Every different value that one of the heads makes together with this line; more than one means that we cannot tell. */
export function joinedValues(cut: CutLine, text: string): InlineValue[] {
  const tail = text.slice(0, maxHeadLength);
  const values = new Map<string, InlineValue>();
  const whole = unwrapped(cut, tail);
  const found = whole === undefined ? undefined : grammars[cut.kind].parse(whole);
  if (whole !== undefined && found && found.end > whole.length - tail.length) return [found.value];
  for (const head of headsOf(cut)) {
    // The runtime writes a number in one piece, so no cut lies inside one.
    // The runtime writes a number in one piece, so no cut lies inside one.
    if (/[\d.]$/.test(head) && /^[\d.]/.test(tail)) continue;
    const parsed = grammars[cut.kind].parse(head + tail);
    if (!parsed || (parsed.end <= head.length && tail !== '')) continue;
    // The header of `scheddetail` has no mark of its end, so a piece of it cannot be told from the whole.
    if ('runqueue' in parsed.value && !parsed.value.localRunqueues) continue;
    values.set(JSON.stringify(parsed.value), parsed.value);
  }
  return [...values.values()];
}

/** The line with this one behind it, where both may be what a mail program made of one at a blank. */
function unwrapped({ rows, lastRow }: CutLine, text: string): string | undefined {
  return isWrapped(lastRow, text) ? `${rows} ${text}` : undefined;
}

/** The same line with the heads that this text may have made longer before it was cut once more; undefined when it waited long enough. */
export function stillCut(cut: CutLine, text: string): CutLine | undefined {
  if (cut.linesLeft <= 1) return undefined;
  const tail = text.slice(0, maxHeadLength);
  const all = new Set<string>();
  const heads = headsOf(cut);
  for (const head of heads) {
    const longer = headsAt(cut.kind, head + tail, 0, head.length);
    // Where the cut is certain, the text before it belongs to the head, and no head without it is possible.
    if (!longer.certain) all.add(head);
    for (const each of longer.heads) all.add(each);
  }
  const rows = unwrapped(cut, tail);
  return {
    ...cut,
    heads: all.size > maxHeads ? heads : [...all],
    linesLeft: cut.linesLeft - 1,
    ...(rows === undefined || rows.length > maxHeadLength ? {} : { rows, lastRow: text.length }),
  };
}

function headsOf({ kind, text, heads }: CutLine): readonly string[] {
  return heads ?? headsAt(kind, text, 0, 0).heads;
}

/** Every text that may be the head of the line cut after `from + known`: where the foreign text begins is not marked. */
function headsAt(kind: InlineKind, text: string, from: number, known: number): { heads: string[]; certain: boolean } {
  const { head } = grammars[kind];
  head.lastIndex = from;
  const length = Math.min(head.exec(text)?.[0].length ?? 0, maxHeadLength);
  const end = from + length;
  const most = Math.max(4, Math.min(maxHeads, Math.floor(maxHeadCharacters / (length + 1))));
  const heads: string[] = [];
  for (let cut = Math.max(from + Math.max(known, 1), end - most); cut <= end; cut += 1) {
    heads.push(text.slice(from, cut));
    foreignStart.lastIndex = cut;
    if (foreignStart.test(text)) return { heads: [text.slice(from, cut)], certain: true };
  }
  return { heads, certain: false };
}
