/** Lines behind a prefix that nobody told us: its shape is learned where a line of the runtime shows where it ends. */
import type { CarrierForm, Reading } from './carried-line.ts';
import { unquoted } from './escaped-text.ts';
import { anchorIn, causeIn, markIn } from './line-anchor.ts';
import { type PrefixShape, shapeOf } from './prefix-shape.ts';

/** What may stand behind each line: the end of a string or a tag, with what follows it. */
const tail = /(["'`]|<\/?[a-z]{1,8} ?\/?>)[\s,;)\]}]*$/;
/** No tail is longer. */
const maxTail = 32;

/**
 * The beginning of a line of a goroutine's stack, which the runtime writes in pieces, so that another thread's line may come between two
 * of them (printany and gwrite, runtime/print.go; traceback, runtime/traceback.go): its head, a place, a call, the name of what is
 * called, or who created it. What carries lines puts a blank between its words and theirs, the runtime hardly ever.
 */
const cutStackLines = [
  /^goroutine \d+(?: .*\S)?$/,
  /^\t\S[^\n]*\.(?:go|s)\b|\.(?:go|s):\d+ \+0x[\da-f]*$/,
  /^[\w./*()·[\]-]+\((?:[{}., ?]|0x[\da-f]+)*\)?$/,
  /^[\w./-]*[\w-]\.(?:\(\*?\w+\)\.)?[A-Za-z_][\w.·[\]]*$/,
  /^created by (?:.*\S)?$/,
];

/** A form that knows no shape yet. */
export function createPrefixForm(): CarrierForm {
  const shapes = new Map<string, { readonly shape: PrefixShape; readonly end: string }>();

  function read(layout: string, text: string): readonly Reading[] {
    const known = shapes.get(layout);
    if (!known) return [];
    const [behind = '', end] = tailOf(text);
    if (known.end !== '' && end !== known.end) return [];
    const length = known.end === '' ? text.length : text.length - behind.length;
    const cut = known.shape.cut(text);
    if (!cut || cut.end > length) return [];
    const line = text.slice(cut.end, length);
    return [{ layout, columns: cut.columns, time: cut.time, lines: [known.end.length === 1 ? unquoted(line) : line] }];
  }

  function find(text: string): readonly Reading[] {
    const [behind = '', end = ''] = tailOf(text);
    const whole = anchorIn(text);
    const shorter = end === '' ? -1 : anchorIn(text.slice(0, -behind.length));
    // What reads on to the end of the line has no tail, and who begins the line no prefix.
    const at = shorter > 0 ? shorter : whole;
    if (at <= 0 || isOfStack(text.slice(0, at))) return [];
    return learn(text.slice(0, at), at === shorter ? end : '', text);
  }

  function learn(prefix: string, end: string, text: string): readonly Reading[] {
    const shape = shapeOf(prefix);
    if (!shape) return [];
    const layout = `${shape.name} ${end}`;
    const known = shapes.get(layout);
    if (known) known.shape.also(prefix);
    else shapes.set(layout, { shape, end });
    // A shape may reach into the line; then it would not find its own.
    return read(layout, text).filter(({ lines: [line = ''] }) => anchorIn(line) === 0);
  }

  return {
    find,
    read,
    mayBegin(text) {
      const at = markIn(text);
      // Most lines of the runtime begin with their mark and have one of these ends when they are whole.
      return at > 0 || causeIn(text) > 0 || (at === 0 && (!/[P)\]:]$/.test(text) || markIn(text, 1) > 0));
    },
    label(layout, columns, naming, steady) {
      const values = columns.map((value, at) => (naming.has(at) || steady.has(at) ? value : undefined));
      return shapes.get(layout)?.shape.label(values, naming) ?? '';
    },
  };
}

function isOfStack(before: string): boolean {
  return cutStackLines.some((line) => line.test(before));
}

function tailOf(text: string): RegExpExecArray | readonly string[] {
  return tail.exec(text.slice(-maxTail)) ?? [];
}
