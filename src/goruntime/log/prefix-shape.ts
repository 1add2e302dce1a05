/** The shape of what stands before a line: times, words and what lies between them, to find the same in other lines. */
import { clockSource } from './clock-text.ts';

/** What stands before one line: its columns, each a time (empty), a word or a number, and where the line itself begins. */
interface Cut {
  readonly columns: readonly string[];
  readonly time: string | undefined;
  readonly end: number;
}

/** One shape; two texts have the same one when their names are the same. */
export interface PrefixShape {
  readonly name: string;
  /** The beginning of this line, when it has the shape. */
  cut(line: string): Cut | undefined;
  /** Takes over from another text of the same shape how far its last blanks reach. */
  also(prefix: string): void;
  /** What a prefix of these columns is called, without its times, the columns that are undefined, and numbers that are not naming. */
  label(columns: readonly (string | undefined)[], naming: ReadonlySet<number>): string;
}

interface Piece {
  readonly kind: 'clock' | 'word' | 'blank' | 'mark';
  readonly text: string;
  /** True where a name is taken as its words. */
  readonly small: boolean;
}

const letter = '[\\w\\u0080-\\uffff]';
/** A word, or a number with or without a fraction, which a writer may leave out where it is zero. */
const word = `\\d+[.,]\\d+(?!${letter})|${letter}+`;
/** A name as hosts, pods, threads and addresses have it; no time of day is part of one. */
const name = `${letter}+(?:[-./@:+]+(?!\\d\\d:\\d\\d:\\d\\d)${letter}+)*(?:,\\d+)?`;
const open = /[-\w\u0080-\uffff./@:+]+$/;
const piece = new RegExp(`(${clockSource})|(${name})|([ \\t]+)|([\\s\\S])`, 'y');
const smallPiece = new RegExp(`(${clockSource})|(${word})|([ \\t]+)|([\\s\\S])`, 'y');
/** A longer prefix is taken for text. */
const maxPieces = 160;

/** The shape of this prefix; undefined for one that is too long to be one. */
export function shapeOf(prefix: string): PrefixShape | undefined {
  const pieces = piecesOf(prefix);
  if (!pieces) return undefined;
  const last = pieces.at(-1);
  const ends = new Set([last?.kind === 'blank' ? last.text : '']);
  const body = last?.kind === 'blank' ? pieces.slice(0, -1) : pieces;
  const columns = body.filter(({ kind }) => kind === 'clock' || kind === 'word');
  const clocks = new Set(columns.flatMap(({ kind }, at) => (kind === 'clock' ? [at] : [])));
  const form = new RegExp(body.map((each, at) => sourceOf(each, body[at - 1], body[at + 1], last)).join(''), 'y');

  return {
    name: pieces.map(({ kind, text }) => ({ clock: 'T', word: 'w', blank: ' ', mark: `\\${text}` })[kind]).join(''),
    cut(line) {
      form.lastIndex = 0;
      const match = form.exec(line);
      if (!match) return undefined;
      const end = endAfterBlanks(line, form.lastIndex, ends);
      if (end === undefined) return undefined;
      const values = match.slice(1).map((value) => value ?? '');
      const time = values[[...clocks][0] ?? -1];
      return { columns: values.map((value, at) => (clocks.has(at) ? '' : value)), time: time || undefined, end };
    },
    also(other) {
      const text = /[ \t]*$/.exec(other)?.[0] ?? '';
      if (text !== '') ends.add(text);
    },
    label(values, naming) {
      let at = -1;
      const parts = body.map(({ kind, text }) => {
        if (kind !== 'clock' && kind !== 'word') return text;
        at += 1;
        if (kind === 'clock') return leftOut;
        return (naming.has(at) ? kept : '') + (values[at] ?? leftOut);
      });
      return labelOf(parts.join(''));
    },
  };
}

/** The columns of what stands before something that shows where it begins itself. */
export function columnsOf(prefix: string): string[] {
  const pieces = piecesOf(prefix) ?? [];
  return pieces.flatMap(({ kind, text }) => (kind === 'clock' || kind === 'word' ? [text] : []));
}

function piecesOf(prefix: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  // Where only a mark that names hold stands before the line, a name could go on into it.
  const sure = open.exec(prefix)?.index ?? prefix.length;
  for (let at = 0; at < prefix.length; ) {
    const form = at < sure ? piece : smallPiece;
    form.lastIndex = at;
    const [text = '', clock, aWord, blank] = form.exec(prefix) ?? [];
    at += text.length;
    const kind = clock !== undefined ? 'clock' : aWord !== undefined ? 'word' : blank !== undefined ? 'blank' : 'mark';
    // Numbers may be padded with blanks: those are no difference.
    if (kind === 'blank' && mayPad(pieces.at(-1)) && at < prefix.length) continue;
    pieces.push({ kind, text, small: form === smallPiece });
    if (pieces.length > maxPieces || text === '') return undefined;
  }
  return pieces;
}

/** The expression of one piece; numbers may be padded with blanks, and a word that nothing ends is as wide as it was. */
function sourceOf(each: Piece, before: Piece | undefined, after: Piece | undefined, last: Piece | undefined): string {
  const pad = mayPad(before) ? '[ \\t]*' : '';
  const isLast = after === undefined && last?.kind !== 'blank';
  const words = each.small ? word : name;
  switch (each.kind) {
    case 'clock':
      return `${pad}(${clockSource}|${words})`;
    case 'word':
      return isLast ? `${pad}(${letter}{${each.text.length}})` : `${pad}(${words})`;
    case 'blank':
      return '[ \\t]+';
    case 'mark':
      return `${pad}\\u${each.text.charCodeAt(0).toString(16).padStart(4, '0')}`;
  }
}

/** True at the beginning of a prefix and behind what opens a field. */
function mayPad(before: Piece | undefined): boolean {
  return before === undefined || (before.kind === 'mark' && '[(<{|'.includes(before.text));
}

/** Where the line begins behind the last blanks of its prefix, which a tool may have cut off where nothing follows. */
function endAfterBlanks(line: string, at: number, ends: ReadonlySet<string>): number | undefined {
  let longest: number | undefined;
  for (const text of ends) {
    if (line.startsWith(text, at)) longest = Math.max(longest ?? 0, at + text.length);
  }
  if (longest === undefined && line.slice(at).trim() === '') return line.length;
  return longest;
}

const leftOut = '\ue000';
const kept = '\ue001';

/** The fields with a word or with what names the writer, without the marks that this leaves alone. */
function labelOf(text: string): string {
  const fields = text
    .split(/\s+/)
    .filter((field) => /\p{L}|\ue001/u.test(field))
    .map((field) => withPartners(field.replace(/[[(<{]?\ue000+[\])>}]?/g, '').replaceAll(kept, '')));
  return fields
    .join(' ')
    .replace(/^[^\p{L}\p{N}[(<{]+|[^\p{L}\p{N}\])>}]+$/gu, '')
    .slice(0, 300);
}

/** The text without brackets that have no partner in it. */
function withPartners(text: string): string {
  const open: number[] = [];
  const lone = new Set<number>();
  [...text].forEach((mark, at) => {
    if ('[(<{'.includes(mark)) open.push(at);
    else if ('])>}'.includes(mark) && open.pop() === undefined) lone.add(at);
  });
  for (const at of open) lone.add(at);
  return [...text].filter((_, at) => !lone.has(at)).join('');
}
