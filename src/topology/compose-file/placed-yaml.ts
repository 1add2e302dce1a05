/** YAML text to values that know where they are written: anchors, merge keys and scalars as go-yaml v3 has them; pure. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import { goText, resolvePlain, type YamlScalar } from './go-yaml.ts';

/** Where a value is written, for messages; lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** A value with its place. */
export interface Placed {
  readonly value: YamlScalar | readonly Placed[] | PlacedMap;
  readonly at: Place;
  /** `!reset` and `!override` of Compose (13-merge.md of the Compose specification). */
  readonly tag?: 'reset' | 'override' | undefined;
}

/** A mapping with its values. */
export type PlacedMap = ReadonlyMap<string, Placed>;

/** Takes a mistake and where it is. */
export type Fail = (at: Place, message: string) => void;

/** More values than any file has by hand: aliases of aliases, which would fill the memory. */
const maxValues = 200_000;

interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly fail: Fail;
  readonly anchors: Map<string, Read>;
  /** Anchors around the node that is being read. */
  readonly open: Set<string>;
  isTooLarge: boolean;
}

interface Read {
  readonly placed: Placed;
  /** How many values it holds once all aliases are followed. */
  readonly size: number;
}

/** The documents of a file; those that cannot be read at all are reported and left out. */
export function readPlacedYaml(text: string, file: string, fail: Fail): Placed[] {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length;
    fail(
      { file, line, col: nul - text.lastIndexOf('\n', nul) },
      'is no text in UTF-8: is it a binary file, or UTF-16?',
    );
    return [];
  }
  const lines = new LineCounter();
  // Every scalar is kept as written; what it means is decided here.
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    schema: 'failsafe',
    prettyErrors: false,
    logLevel: 'silent',
  });
  const found: Placed[] = [];
  if (!Array.isArray(documents)) return found;
  for (const document of documents) {
    const reading: Reading = { file, lines, fail, anchors: new Map(), open: new Set(), isTooLarge: false };
    for (const error of document.errors) fail(placeOf(error.pos[0], reading), `is not valid YAML: ${error.message}`);
    const isEmpty = document.contents === null || (isScalar(document.contents) && document.contents.source === '');
    if (document.errors.length > 0 || isEmpty) continue;
    found.push(readNode(document.contents as Node, reading).placed);
  }
  return found;
}

function placeOf(offset: number, { file, lines }: Pick<Reading, 'file' | 'lines'>): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), col: Math.max(1, col) };
}

function readNode(node: Node, reading: Reading): Read {
  if (isAlias(node)) return readAlias(node, reading);
  const at = placeOf(node.range?.[0] ?? 0, reading);
  const { anchor } = node as { anchor?: string };
  if (anchor) reading.open.add(anchor);
  const read = isMap(node)
    ? readMapping(node, at, reading)
    : isSeq(node)
      ? readSequence(node, at, reading)
      : readScalar(node, at);
  const tag = node.tag === '!reset' ? 'reset' : node.tag === '!override' ? 'override' : undefined;
  const tagged = tag ? { ...read, placed: { ...read.placed, tag } as const } : read;
  if (anchor) {
    reading.open.delete(anchor);
    reading.anchors.set(anchor, tagged);
  }
  return tagged;
}

function readAlias(node: Alias, reading: Reading): Read {
  const at = placeOf(node.range?.[0] ?? 0, reading);
  const source = reading.anchors.get(node.source);
  if (source && !reading.open.has(node.source)) return { ...source, placed: { ...source.placed, at } };
  reading.fail(at, reading.open.has(node.source) ? `*${node.source} contains itself` : `*${node.source} has no anchor`);
  return { placed: { value: null, at }, size: 1 };
}

function readScalar(node: Node, at: Place): Read {
  if (!isScalar(node)) return { placed: { value: null, at }, size: 1 };
  return { placed: { value: scalarValue(node), at }, size: 1 };
}

function scalarValue({ value, type, tag }: Scalar): YamlScalar {
  const text = typeof value === 'string' ? value : '';
  if (tag === 'tag:yaml.org,2002:str' || tag === '!') return text;
  if (type !== undefined && type !== 'PLAIN' && !tag?.startsWith('tag:yaml.org,2002:')) return text;
  return resolvePlain(text);
}

function readSequence(node: { items: unknown[] }, at: Place, reading: Reading): Read {
  let size = 1;
  const value = node.items.map((item) => {
    const read = readNode(item as Node, reading);
    size = add(size, read.size, at, reading);
    return read.placed;
  });
  return { placed: { value, at }, size };
}

function readMapping(node: { items: { key: unknown; value: unknown }[] }, at: Place, reading: Reading): Read {
  const own = new Map<string, Placed>();
  const merged = new Map<string, Placed>();
  let size = 1;
  for (const { key, value } of node.items) {
    const keyNode = key as Node;
    const name = readKey(keyNode, reading);
    const keyAt = placeOf(keyNode.range?.[0] ?? 0, reading);
    const read = value === null ? { placed: { value: null, at: keyAt }, size: 1 } : readNode(value as Node, reading);
    // A key with nothing after it has no value to point at; the key itself is next best.
    const isBare = read.placed.value === null && isScalar(value) && value.source === '';
    const placed = isBare ? { ...read.placed, at: keyAt } : read.placed;
    size = add(size, read.size, at, reading);
    if (name === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN') mergeInto(merged, placed, reading);
    else if (name !== undefined) own.set(name, placed);
  }
  // What a mapping says itself wins, wherever the merge key stands.
  const value = new Map(own);
  for (const [name, placed] of merged) if (!own.has(name)) value.set(name, placed);
  return { placed: { value, at }, size };
}

function readKey(node: Node, reading: Reading): string | undefined {
  const { value, at } = readNode(node, reading).placed;
  if (typeof value === 'string') return value;
  const shown =
    typeof value === 'object' && value !== null ? 'a collection' : value === null ? 'nothing' : goText(value);
  reading.fail(at, `a key must be a text, got ${shown} (quote it)`);
  return undefined;
}

/** Of several mappings under one merge key the earlier wins (decode.go of gopkg.in/yaml.v3). */
function mergeInto(merged: Map<string, Placed>, { value, at }: Placed, { fail }: Reading): void {
  const sources = Array.isArray(value) ? (value as readonly Placed[]) : [{ value, at }];
  for (const source of sources) {
    if (!(source.value instanceof Map)) fail(source.at, 'a merge key (<<) takes a mapping or a list of mappings');
    else for (const [name, placed] of source.value as PlacedMap) if (!merged.has(name)) merged.set(name, placed);
  }
}

function add(size: number, more: number, at: Place, reading: Reading): number {
  if (size + more > maxValues && !reading.isTooLarge) {
    reading.isTooLarge = true;
    reading.fail(at, `holds more than ${maxValues} values once its aliases are followed`);
  }
  return size + more;
}
