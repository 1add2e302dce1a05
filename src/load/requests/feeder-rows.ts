/** Rows of data for requests, from CSV (RFC 4180, first line names the columns) or JSON (a list of flat maps). */
import type { FeederSpec } from '../../model/scenario.ts';
import type { Row } from './template.ts';

/** The rows in a file's text, at least one; throws an Error that says where the text is wrong. */
export function parseRows(text: string, format: FeederSpec['format']): readonly Row[] {
  const withoutMark = text.replace(/^\uFEFF/, '');
  const rows = format === 'csv' ? csvRows(withoutMark) : jsonRows(withoutMark);
  if (rows.length === 0) throw new Error('there are no rows in it');
  return rows;
}

function csvRows(text: string): Row[] {
  const [columns, ...records] = csvRecords(text);
  if (!columns) return [];
  const twice = columns.fields.find((name, index) => columns.fields.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`line 1 names the column "${twice}" more than once`);
  return records.map(({ fields, line }) => {
    if (fields.length !== columns.fields.length)
      throw new Error(`line ${line} has ${fields.length} fields, but line 1 names ${columns.fields.length} columns`);
    return Object.fromEntries(columns.fields.map((name, index) => [name, fields[index] ?? '']));
  });
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** One field and what ends it: in quotes (two of them for one), or plain. */
const csvField = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** All records of the text but empty lines. */
function csvRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let startLine = 1;
  csvField.lastIndex = 0;
  while (csvField.lastIndex < text.length || fields.length > 0) {
    const match = csvField.exec(text);
    if (!match) throw new Error(`line ${line} is no CSV: a quote or carriage return is out of place`);
    const [whole, quoted, plain = '', end] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (fields.length > 1 || quoted !== undefined || plain !== '') records.push({ fields, line: startLine });
    fields = [];
    startLine = line;
  }
  return records;
}

function jsonRows(text: string): Row[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('it must be a list of maps (example: [{ "id": 1 }])');
  return list.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw new Error(`row ${index + 1} must be a map (example: { "id": 1 })`);
    return Object.fromEntries(
      Object.entries(item).map(([name, value]: [string, unknown]) => {
        if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
          return [name, String(value)];
        throw new Error(`row ${index + 1} must have text, a number, true or false as "${name}"`);
      }),
    );
  });
}
