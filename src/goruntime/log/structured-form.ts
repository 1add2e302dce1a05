/** Lines that are JSON objects or logfmt: the text of the program stands under some key, and the other keys say who wrote it. */
import type { CarrierForm, Reading } from './carried-line.ts';
import { isClock } from './clock-text.ts';
import { unescaped } from './escaped-text.ts';
import { anchorIn, causeIn, markIn } from './line-anchor.ts';
import { columnsOf } from './prefix-shape.ts';

/** A text within an entry, under the path to it, with the other values of the entry by their paths. */
interface Leaf {
  readonly path: string;
  readonly text: string;
  readonly others: ReadonlyMap<string, string>;
}

/** What a layout knows of its columns: their paths, in the order in which they came. */
interface Layout {
  readonly columns: string[];
  readonly places: Map<string, number>;
}

const maxDepth = 8;
const maxColumns = 64;
const maxValue = 200;
const pairKey = /(?:^|[\s,{])([\w.@/-]{1,64})=/g;
const bareValue = /[^\s"]*/y;
/** What stands before the value of a key, and how much of the text is looked at for it. */
const keyBefore = /"([^"\\]{1,64})"\s*:\s*"$/;
const maxKey = 80;

/** A form that knows no layout yet. */
export function createStructuredForm(): CarrierForm {
  const layouts = new Map<string, Layout>();

  function readingOf(leaf: Leaf): Reading {
    const known = layouts.get(leaf.path) ?? { columns: [], places: new Map<string, number>() };
    layouts.set(leaf.path, known);
    for (const path of leaf.others.keys()) {
      if (known.places.has(path) || known.columns.length >= maxColumns) continue;
      known.places.set(path, known.columns.length);
      known.columns.push(path);
    }
    const values = known.columns.map((path) => leaf.others.get(path));
    const time = values.find((value) => value !== undefined && isClock(value));
    const columns = values.map((value) => (value !== undefined && isClock(value) ? '' : value?.slice(0, maxValue)));
    // The newline at the end belongs to the program.
    return { layout: leaf.path, columns, time, lines: leaf.text.replace(/\r?\n$/, '').split(/\r?\n/) };
  }

  const read = (layout: string, text: string) =>
    leavesOf(text, layout.startsWith('=') ? 'logfmt' : 'json', (path) => path === layout).map(readingOf);

  return {
    find(text) {
      if (markIn(text) < 0) return [];
      const [leaf] = leavesOf(text, 'any', (_, value) => holdsAnchor(value));
      return leaf ? read(leaf.path, text) : [];
    },
    read,
    mayBegin: (text) => (text.includes('{') || text.includes('="')) && (markIn(text) >= 0 || causeIn(text) >= 0),
    // What never varies in an entry says little: there is much of it.
    label: (_, columns, naming) => columns.filter((value, at) => naming.has(at) && value !== '').join(' '),
  };
}

function holdsAnchor(text: string): boolean {
  return markIn(text) >= 0 && text.split('\n').some((line) => anchorIn(line) >= 0);
}

/** What stands before an object, by column. */
function before(prefix: string): ReadonlyMap<string, string> {
  return new Map(columnsOf(prefix).map((value, at) => [`<${at}`, value]));
}

type Wanted = (path: string, text: string) => boolean;

/** The wanted texts of an entry. */
function leavesOf(text: string, kind: 'json' | 'logfmt' | 'any', wanted: Wanted): Leaf[] {
  const brace = kind === 'logfmt' ? -1 : text.indexOf('{');
  if (brace >= 0) {
    const leaves: Leaf[] = [];
    const value = objectIn(text.slice(brace));
    if (value !== undefined) gather(value, '', before(text.slice(0, brace)), 0, wanted, leaves);
    else {
      const leaf = cutLeaf(text, brace);
      if (leaf && wanted(leaf.path, leaf.text)) leaves.push(leaf);
    }
    if (leaves.length > 0) return leaves;
  }
  return kind === 'json' ? [] : pairsOf(text, wanted);
}

/** The last string of an object that was cut. */
function cutLeaf(text: string, from: number): Leaf | undefined {
  let at = text.indexOf('"', from);
  for (let end = endOfString(text, at + 1); end >= 0; end = endOfString(text, at + 1)) {
    at = text.indexOf('"', end + 1);
    if (at < 0) return undefined;
  }
  const key = keyBefore.exec(text.slice(Math.max(0, at - maxKey), at + 1))?.[1];
  const value = unescaped(text.slice(at + 1).replace(/\\$/, ''));
  return key === undefined ? undefined : { path: `.${key}`, text: value, others: new Map() };
}

/** Where the quote stands that ends a string which begins here; -1 when nothing ends it. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (end - 1 - backslashes >= from && text.charCodeAt(end - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

/** The object that this text is, with or without a comma behind it. */
function objectIn(text: string): unknown {
  const trimmed = text.trimEnd().replace(/[,\]]$/, '');
  if (!trimmed.endsWith('}')) return undefined;
  try {
    return JSON.parse(trimmed);
  } catch {
    return undefined;
  }
}

/** Every wanted text in a value; the scalars around it, also those of the objects around a list, are its others. */
function gather(
  value: unknown,
  path: string,
  around: ReadonlyMap<string, string>,
  depth: number,
  wanted: Wanted,
  leaves: Leaf[],
): void {
  const scalars: [string, string][] = [];
  const lists: [string, readonly unknown[]][] = [];
  flatten(value, path, depth, scalars, lists);
  const others = new Map([...around, ...scalars]);
  for (const [at, text] of scalars) if (wanted(at, text)) leaves.push({ path: at, text, others: without(others, at) });
  for (const [at, list] of lists) for (const each of list) gather(each, at, others, depth + 1, wanted, leaves);
}

function without(all: ReadonlyMap<string, string>, path: string): ReadonlyMap<string, string> {
  const rest = new Map(all);
  rest.delete(path);
  return rest;
}

function flatten(
  value: unknown,
  path: string,
  depth: number,
  scalars: [string, string][],
  lists: [string, readonly unknown[]][],
): void {
  if (depth > maxDepth || scalars.length > maxColumns * 4) return;
  if (typeof value === 'string') {
    const inner = value.startsWith('{') ? objectIn(value) : undefined;
    if (inner === undefined) scalars.push([path, value]);
    else flatten(inner, `${path}.`, depth + 1, scalars, lists);
  } else if (typeof value === 'number' || typeof value === 'boolean') scalars.push([path, String(value)]);
  else if (Array.isArray(value)) lists.push([`${path}[]`, value]);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value))
      flatten(each, `${path}.${key.slice(0, maxValue)}`, depth + 1, scalars, lists);
  }
}

/** The wanted values of a logfmt line. */
function pairsOf(text: string, wanted: Wanted): Leaf[] {
  const pairs = new Map<string, string>();
  pairKey.lastIndex = 0;
  for (let match = pairKey.exec(text); match && pairs.size < maxColumns; match = pairKey.exec(text)) {
    const at = pairKey.lastIndex;
    if (text[at] === '"') {
      const end = endOfString(text, at + 1);
      pairs.set(`=${match[1]}`, unescaped(text.slice(at + 1, end < 0 ? undefined : end)));
      pairKey.lastIndex = end < 0 ? text.length : end + 1;
    } else {
      bareValue.lastIndex = at;
      const value = bareValue.exec(text)?.[0] ?? '';
      pairs.set(`=${match[1]}`, value);
      pairKey.lastIndex = at + value.length;
    }
  }
  return [...pairs].flatMap(([path, value]) =>
    wanted(path, value) ? [{ path, text: value, others: without(pairs, path) }] : [],
  );
}
