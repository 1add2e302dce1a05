/** The forms that one field of a compose service may be written in, each to one plain shape; pure. */
import { splitCommandLine } from '../command/command-line.ts';
import type { ComposeDocument } from './document.ts';
import { goText } from './go-yaml.ts';
import type { Path } from './notes.ts';

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

/** Says something worth knowing of the field. */
export function warn(field: Field, message: string): void {
  field.document.warn(field.path, message);
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

/** A string, or a number or boolean as Compose passes it on: `0644` is 420, `1.10` is 1.1; undefined when absent. */
export function readText(value: unknown, field: Field): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return goText(value);
  fail(field, `must be a text, got ${show(value)}`);
  return undefined;
}

/** A text that is written as one, where Compose takes no number for it; undefined when absent. */
export function readString(value: unknown, field: Field): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  fail(field, `must be a text, got ${show(value)} (quote it)`);
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
  const isNumeric = typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '');
  const count = isNumeric ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= min) return count;
  fail(field, `must be a whole number, got ${show(value)} (example: 3)`);
  return undefined;
}

/** True or false, also when an interpolated variable made it a text; undefined when absent. */
export function readFlag(value: unknown, field: Field): boolean | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  const text = String(value).toLowerCase();
  if (['true', 'y', 'yes', 'on'].includes(text)) return true;
  if (['false', 'n', 'no', 'off'].includes(text)) return false;
  fail(field, `must be true or false, got ${show(value)}`);
  return undefined;
}

/** `command` and `entrypoint`: a list as it is, a line taken apart as Compose does; undefined when absent. */
export function readCommand(value: unknown, field: Field): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return readWords(value, field);
  const line = splitCommandLine(value);
  if (!line) fail(field, `has a quote or bracket that is not closed: ${show(value)}`);
  else if (line.dropped !== '') {
    const why = 'Compose starts no shell and leaves it away (a shell line is [sh, -c, "..."])';
    warn(field, `ends before ${show(line.dropped)}: ${why}`);
  }
  return line?.words;
}

function readWords(value: unknown, field: Field): readonly string[] {
  for (const [index, word] of readList(value, field).entries()) {
    if (typeof word === 'string' || readText(word, child(field, index)) === undefined) continue;
    warn(
      child(field, index),
      `is passed on as "${readText(word, child(field, index))}"; Compose wants a text (quote it)`,
    );
  }
  return readTexts(value, field);
}

/** A value for an error message, short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value, (_key, item) => (isExact(item) ? item : goText(item))) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Whether JSON says a value as it is. */
function isExact(value: unknown): value is Exclude<unknown, number | bigint> {
  return typeof value !== 'bigint' && (typeof value !== 'number' || Number.isFinite(value));
}

/** Whether a value is a mapping. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
