/** Text of a `.env` or `env_file` to variables: quotes, comments, `export`, and variables of earlier lines. */
import { interpolate, type Lookup } from './interpolate.ts';

const linePattern = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:](.*))?$/;

/** Variables by name; `outer` answers for names that the file itself does not set. A line without `=` passes the outer value through. */
export function parseEnvFile(text: string, outer: Lookup): Map<string, string> {
  const found = new Map<string, string>();
  // What is already set outside wins also inside the file, as in Compose.
  const lookup: Lookup = (name) => outer(name) ?? found.get(name);
  for (const { name, raw } of readAssignments(text)) {
    const value = raw === undefined ? outer(name) : readValue(raw, lookup);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

function readAssignments(text: string): { name: string; raw: string | undefined }[] {
  const assignments: { name: string; raw: string | undefined }[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const match = linePattern.exec(line);
    if (!match?.[1]) continue;
    let raw = match[2];
    const quote = /^\s*(["'])/.exec(raw ?? '')?.[1];
    // A quoted value may go on over several lines.
    while (quote && raw !== undefined && !closesQuote(raw, quote) && lines.length > 0) raw += `\n${lines.shift()}`;
    assignments.push({ name: match[1], raw });
  }
  return assignments;
}

function closesQuote(raw: string, quote: string): boolean {
  return new RegExp(`^\\s*${quote}(?:\\\\.|[^\\\\${quote}])*${quote}`, 's').test(raw);
}

function readValue(raw: string, lookup: Lookup): string {
  const single = /^\s*'((?:\\.|[^\\'])*)'/s.exec(raw);
  if (single) return (single[1] ?? '').replaceAll("\\'", "'");
  const double = /^\s*"((?:\\.|[^\\"])*)"/s.exec(raw);
  if (double) return interpolate(unescapeDouble(double[1] ?? ''), lookup).value;
  return interpolate(raw.replace(/(^|\s)\s*#.*$/, '').trim(), lookup).value;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

function unescapeDouble(text: string): string {
  return text.replace(/\\(.)/gs, (whole, char: string) => escapes[char] ?? whole);
}
