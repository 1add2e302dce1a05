/** Text of a compose file to plain values with all variables replaced, and the place of every value for error messages. */
import { type Document, isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml';
import { type RampartError, usageError } from '../model/errors.ts';
import { InterpolationError, interpolate, type Lookup } from './interpolate.ts';

/** Keys and indexes from the top of the file to a value, such as `['services', 'web', 'ports', 0]`. */
export type Path = readonly (string | number)[];

/** A parsed compose file; `fail` collects a mistake at a path, and `throwIfWrong` throws all of them as one usageError. */
export interface ComposeDocument {
  readonly root: unknown;
  /** Variables that were not set and became empty. */
  readonly unset: readonly string[];
  fail(path: Path, message: string): void;
  throwIfWrong(): void;
}

/** Parses and interpolates; mistakes are kept until `throwIfWrong`, except YAML that cannot be read at all, which throws usageError. */
export function parseComposeDocument(text: string, file: string, lookup: Lookup): ComposeDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const mistakes: string[] = [];
  const unset = new Set<string>();
  const fail = (path: Path, message: string) => {
    mistakes.push(`${file}:${positionOf(document, lines, path)} ${formatPath(path)} ${message}`);
  };
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    mistakes.push(`${file}:${line}:${col} is not valid YAML: ${error.message}`);
  }
  throwMistakes(mistakes);
  const root = replaceVariables(document.toJS({ maxAliasCount: 1000 }), [], (value, path) => {
    try {
      const replaced = interpolate(value, lookup);
      for (const name of replaced.unset) unset.add(name);
      return replaced.value;
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      fail(path, error.message);
      return value;
    }
  });
  return { root, unset: [...unset], fail, throwIfWrong: () => throwMistakes(mistakes) };
}

/** `services.web.ports[0]` for a path. */
function formatPath(path: Path): string {
  let text = '';
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text ? `.${key}` : key;
  return text;
}

function throwMistakes(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw composeInvalid(mistakes);
}

function composeInvalid(mistakes: readonly string[]): RampartError {
  return usageError('compose-invalid', mistakes.join('\n'));
}

function replaceVariables(value: unknown, path: Path, replace: (text: string, path: Path) => string): unknown {
  if (typeof value === 'string') return replace(value, path);
  if (Array.isArray(value)) return value.map((item, index) => replaceVariables(item, [...path, index], replace));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, replaceVariables(item, [...path, key], replace)]);
  return Object.fromEntries(entries);
}

/** `line:column` of the deepest part of the path that is written in the file; merged and aliased values point at their user. */
function positionOf(document: Document, lines: LineCounter, path: Path): string {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (node?.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return `${line}:${col}`;
    }
  }
  return '1:1';
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const node: unknown = document.getIn(path, true);
  if (isNode(node) && node.range) return node;
  // A key with nothing after it has no value to point at; the key itself is next best.
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(path.at(-1)));
  return isNode(pair?.key) ? pair.key : undefined;
}
