/** The forms that one field of a compose service may be written in, each to one plain shape; pure. */
import type { ComposeDocument, Path } from './compose-document.ts';

/** Where a field stands, and where to report a mistake in it. */
export interface Field {
  readonly document: ComposeDocument;
  readonly path: Path;
}

/** The field one key or index further down. */
export function child(field: Field, key: string | number): Field {
  return { document: field.document, path: [...field.path, key] };
}

/** Reports a mistake at the field. */
export function fail(field: Field, message: string): void {
  field.document.fail(field.path, message);
}

/** A mapping, empty when absent; anything else is a mistake. */
export function readMap(value: unknown, field: Field): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (isRecord(value)) return value;
  fail(field, `must be a mapping, got ${show(value)}`);
  return {};
}

/** A list, empty when absent; anything else is a mistake. */
export function readList(value: unknown, field: Field): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  fail(field, `must be a list, got ${show(value)}`);
  return [];
}

/** A string, or a number or boolean as written; undefined when absent. */
export function readText(value: unknown, field: Field): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  fail(field, `must be a text, got ${show(value)}`);
  return undefined;
}

/** A list of texts, or one text that stands for a list of one. */
export function readTexts(value: unknown, field: Field): readonly string[] {
  const list = typeof value === 'string' ? [value] : readList(value, field);
  return list.flatMap((item, index) => readText(item, child(field, index)) ?? []);
}

/** `KEY: value` or `- KEY=value`; null stands for "as it is outside". Used for environment, labels and build args. */
export function readKeyValues(value: unknown, field: Field): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  if (Array.isArray(value)) {
    for (const item of readTexts(value, field)) {
      const equals = item.indexOf('=');
      if (equals < 0) found.set(item, null);
      else found.set(item.slice(0, equals), item.slice(equals + 1));
    }
    return found;
  }
  for (const [key, item] of Object.entries(readMap(value, field))) {
    found.set(key, readText(item, child(field, key)) ?? null);
  }
  return found;
}

/** A whole number of at least `min`, also when an interpolated variable made it a text; undefined when absent. */
export function readCount(value: unknown, field: Field, min: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= min) return count;
  fail(field, `must be a whole number, got ${show(value)} (example: 3)`);
  return undefined;
}

/** `command` and `entrypoint`: a list as it is, a text split as a shell would; undefined when absent. */
export function readCommand(value: unknown, field: Field): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? splitWords(value) : readTexts(value, field);
}

/** The TCP ports of one entry of `ports`, container side, in short or long form. */
export function readPorts(value: unknown, field: Field): readonly number[] {
  if (isRecord(value)) return readLongPort(value, field);
  const text = readText(value, field) ?? '';
  const match = /^(?:(?:\[[^\]]*\]|[^:]*):)?(?:(?:\d+(?:-\d+)?)?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? first);
  if (!match || first < 1 || last > 65_535 || last < first) {
    fail(field, `must be a port, got ${show(value)} (example: "127.0.0.1::8080")`);
    return [];
  }
  if (match[3] && match[3] !== 'tcp') return [];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function readLongPort({ protocol, target }: Readonly<Record<string, unknown>>, field: Field): readonly number[] {
  if (protocol !== undefined && protocol !== 'tcp') return [];
  if (target === undefined) fail(field, 'has no target (example: { target: 8080, host_ip: 127.0.0.1 })');
  const port = readCount(target, child(field, 'target'), 1);
  return port === undefined ? [] : [port];
}

/** Words of a command line: blanks separate, quotes and backslashes protect. */
function splitWords(line: string): string[] {
  const pattern = /\s+|'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)/gs;
  const words: string[] = [];
  let word: string | undefined;
  for (const [whole, single, double, escaped, plain] of line.matchAll(pattern)) {
    if (/^\s/.test(whole) && plain === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '');
    }
  }
  return word === undefined ? words : [...words, word];
}

/** A value for an error message, short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
