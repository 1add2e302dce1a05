/** A trend file: one line of JSON for each gate, appended to by whoever ran it, merged by git line by line. */
import { dirname } from 'node:path';
import { appendText, makeDirectory, readTextIfAny } from '../host/files.ts';
import { messageOf } from '../model/errors.ts';
import { type TrendLine, trendLineSchema } from '../model/trend.ts';

/** The file of a project that names no other. */
export const usualTrendFile = 'perf/trend.ndjson';

/** What a file holds. */
export interface TrendFile {
  readonly lines: readonly TrendLine[];
  /** Lines that are none, with their places. */
  readonly problems: readonly string[];
}

/** Reads a file; undefined when there is none. Lines that are no gate are problems, whatever they are: the others still count. */
export async function readTrendFile(path: string, name: string): Promise<TrendFile | undefined> {
  const text = await readTextIfAny(path);
  return text === undefined ? undefined : parseTrend(text, name);
}

/** The lines of a text; blank ones are nothing. */
export function parseTrend(text: string, name: string): TrendFile {
  const lines: TrendLine[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = parseLine(line);
    if (typeof read === 'string') problems.push(`${name}:${index + 1} ${read}`);
    else lines.push(read);
  }
  return { lines, problems };
}

function parseLine(line: string): TrendLine | string {
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(line))
    return 'is left of a merge that git could not make (merge=union in .gitattributes makes it)';
  try {
    const { success, data, error } = trendLineSchema.safeParse(JSON.parse(line));
    if (success) return data;
    const [issue] = error.issues;
    return `is no gate of a trend, or of another version of rampart: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`;
  } catch (error) {
    return `is not JSON: ${messageOf(error)}`;
  }
}

/**
 * Appends a gate, unless the file has it already with as many rounds; says whether it did. One write of one line, so that two gates that
 * end at once both get theirs; a last line that was cut stays alone.
 */
export async function appendTrend(path: string, line: TrendLine): Promise<boolean> {
  await makeDirectory(dirname(path));
  const text = (await readTextIfAny(path)) ?? '';
  const known = parseTrend(text, path).lines.filter(({ id }) => id === line.id);
  if (known.some(({ rounds, verdict }) => rounds >= line.rounds && verdict === line.verdict)) return false;
  const isWhole = text === '' || text.endsWith('\n');
  await appendText(path, `${isWhole ? '' : '\n'}${JSON.stringify(line)}\n`);
  return true;
}
