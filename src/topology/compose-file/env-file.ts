/**
 * Text of a `.env` or `env_file` to variables, as Compose reads it: quotes, escapes, comments, `export`, and variables of earlier lines.
 */
import { InterpolationError, interpolate, type Lookup } from './interpolate.ts';

/** What a file sets, what it names that is not set, and what is wrong with it by line. */
export interface EnvFile {
  readonly variables: ReadonlyMap<string, string>;
  readonly unset: readonly string[];
  readonly mistakes: readonly { readonly line: number; readonly message: string }[];
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Reads a file; `outer` answers first for variables in its values, and for a line without `=`, which passes the outer value through. */
export function parseEnvFile(text: string, outer: Lookup): EnvFile {
  const reader: Reader = { text: text.replace(/^\uFEFF/, ''), at: 0 };
  const variables = new Map<string, string>();
  const unset = new Set<string>();
  const mistakes: { line: number; message: string }[] = [];
  const lookup: Lookup = (name) => outer(name) ?? variables.get(name);
  while (skipToStatement(reader)) {
    const line = reader.text.slice(0, reader.at).split('\n').length;
    try {
      const { key, hasValue } = readKey(reader);
      const value = hasValue ? readValue(reader, lookup, unset) : outer(key);
      if (value !== undefined) variables.set(key, value);
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      mistakes.push({ line, message: error.message });
      skipLine(reader);
    }
  }
  return { variables, unset: [...unset], mistakes };
}

/** Reads a file whose values are taken as they stand, as `docker run --env-file` and `format: raw` have it. */
export function parseRawEnvFile(text: string, outer: Lookup): EnvFile {
  const variables = new Map<string, string>();
  const mistakes: { line: number; message: string }[] = [];
  for (const [index, whole] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = whole.trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const [key = ''] = line.split('=', 1);
    const value = line.includes('=') ? line.slice(key.length + 1) : outer(key);
    if (key === '' || /\s/.test(key)) mistakes.push({ line: index + 1, message: badKey(key) });
    else if (value !== undefined) variables.set(key, value);
  }
  return { variables, unset: [], mistakes };
}

/** Moves to the next statement; false at the end. */
function skipToStatement(reader: Reader): boolean {
  for (;;) {
    reader.at += /^\s*/.exec(reader.text.slice(reader.at))?.[0].length ?? 0;
    if (reader.text[reader.at] !== '#') return reader.at < reader.text.length;
    skipLine(reader);
  }
}

function skipLine(reader: Reader): void {
  const end = reader.text.indexOf('\n', reader.at);
  reader.at = end < 0 ? reader.text.length : end + 1;
}

/** A name up to `=`, `:` or the end of its line, and the blanks after it. */
function readKey(reader: Reader): { key: string; hasValue: boolean } {
  const rest = reader.text.slice(reader.at);
  const [, before = '', name = '', end = ''] = /^(export[^\S\n]+)?([^=:\n]*)([=:]?)/.exec(rest) ?? [];
  const key = name.trimEnd();
  if (!/^[\p{L}\p{N}_.[\]-]+$/u.test(key)) throw new InterpolationError(badKey(key));
  reader.at += before.length + name.length + end.length;
  if (end) reader.at += /^[^\S\n]*/.exec(reader.text.slice(reader.at))?.[0].length ?? 0;
  return { key, hasValue: end !== '' };
}

function badKey(key: string): string {
  return `"${key}" is not the name of a variable (examples: NAME=value, NAME="two words")`;
}

function readValue(reader: Reader, lookup: Lookup, unset: Set<string>): string {
  const quote = reader.text[reader.at];
  const replace = (text: string) => {
    const { value, unset: names } = interpolate(text, lookup);
    for (const name of names) unset.add(name);
    return value;
  };
  if (quote === "'") return readQuoted(reader, quote);
  if (quote === '"') return replace(unescapeDouble(readQuoted(reader, quote)));
  const [line = ''] = reader.text.slice(reader.at).split('\n', 1);
  reader.at += line.length;
  return replace((line.split(' #', 1)[0] ?? '').trimEnd());
}

/** What stands up to the closing quote, over several lines if need be; the quote itself may be escaped. */
function readQuoted(reader: Reader, quote: string): string {
  const pattern = quote === '"' ? /^"((?:[^\\"]|\\[\s\S])*)"/ : /^'((?:[^\\']|\\[\s\S])*)'/;
  const match = pattern.exec(reader.text.slice(reader.at));
  if (!match) throw new InterpolationError(`has a value whose ${quote} is not closed`);
  reader.at += match[0].length;
  return (match[1] ?? '').replaceAll(`\\${quote}`, quote);
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // A dollar sign that stands for itself.
  $: '$$',
};

function unescapeDouble(text: string): string {
  return text.replace(/\\(?:([abfnrtv$"\\])|0([0-7]{3}))/g, (_whole, char: string, octal: string) =>
    octal ? String.fromCharCode(Number.parseInt(octal, 8)) : (escapes[char] ?? char),
  );
}
