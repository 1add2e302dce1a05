/** Compose's variable interpolation: `$V`, `${V}`, defaults, requirements and alternatives, nested, and `$$` for a dollar sign. */

/** What a variable holds; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** The text with its variables replaced, and the names that were not set and had no default (they became empty). */
export interface Interpolated {
  readonly value: string;
  readonly unset: readonly string[];
}

/** A template that Compose would refuse, or a variable that is required and missing. */
export class InterpolationError extends Error {
  override readonly name = 'InterpolationError';
}

type Operator = '' | '-' | ':-' | '?' | ':?' | '+' | ':+';
type Part = string | { readonly name: string; readonly operator: Operator; readonly word: readonly Part[] };

/** Replaces all variables of one value, as the Compose specification says (12-interpolation.md); throws InterpolationError. */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  if (!text.includes('$')) return { value: text, unset: [] };
  const unset = new Set<string>();
  const value = evaluate(parseTemplate(text), lookup, unset);
  return { value, unset: [...unset] };
}

function parseTemplate(text: string): Part[] {
  const reader = { text, at: 0 };
  return readParts(reader, false);
}

interface Reader {
  readonly text: string;
  at: number;
}

function readParts(reader: Reader, inBraces: boolean): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.text.length) {
    const stop = nextSpecial(reader, inBraces);
    if (stop > reader.at) parts.push(reader.text.slice(reader.at, stop));
    reader.at = stop;
    if (reader.at >= reader.text.length || reader.text[reader.at] === '}') break;
    parts.push(readDollar(reader));
  }
  return parts;
}

function nextSpecial(reader: Reader, inBraces: boolean): number {
  const dollar = reader.text.indexOf('$', reader.at);
  const brace = inBraces ? reader.text.indexOf('}', reader.at) : -1;
  const ends = [dollar, brace].filter((index) => index >= 0);
  return Math.min(reader.text.length, ...ends);
}

function readDollar(reader: Reader): Part {
  const rest = reader.text.slice(reader.at);
  if (rest.startsWith('$$')) {
    reader.at += 2;
    return '$';
  }
  const named = /^\$([a-z_][a-z0-9_]*)/i.exec(rest);
  if (named?.[1]) {
    reader.at += named[0].length;
    return { name: named[1], operator: '', word: [] };
  }
  if (rest.startsWith('${')) return readBraced(reader, rest);
  // Before anything else it stands for itself.
  reader.at += 1;
  return '$';
}

function readBraced(reader: Reader, rest: string): Part {
  const opening = /^\$\{([a-z_][a-z0-9_]*)(:?[-?+])?/i.exec(rest);
  if (!opening?.[1]) {
    throw new InterpolationError(
      `"${rest}" is not a variable (examples: \${NAME}, \${NAME:-default}, $$ for a dollar sign)`,
    );
  }
  reader.at += opening[0].length;
  const operator = (opening[2] ?? '') as Operator;
  const word = operator ? readParts(reader, true) : [];
  if (reader.text[reader.at] !== '}') {
    throw new InterpolationError(`"${rest}" has no closing brace where one is expected (example: \${NAME:-default})`);
  }
  reader.at += 1;
  return { name: opening[1], operator, word };
}

function evaluate(parts: readonly Part[], lookup: Lookup, unset: Set<string>): string {
  let value = '';
  for (const part of parts) value += typeof part === 'string' ? part : evaluateVariable(part, lookup, unset);
  return value;
}

function evaluateVariable(part: Exclude<Part, string>, lookup: Lookup, unset: Set<string>): string {
  const held = lookup(part.name);
  const has = part.operator.startsWith(':') ? held !== undefined && held !== '' : held !== undefined;
  const word = () => evaluate(part.word, lookup, unset);
  switch (part.operator) {
    case '-':
    case ':-':
      return has ? (held ?? '') : word();
    case '+':
    case ':+':
      return has ? word() : '';
    case '?':
    case ':?':
      if (has) return held ?? '';
      throw new InterpolationError(`variable ${part.name} is required: ${word() || 'it is not set'}`);
    case '':
      if (held === undefined) unset.add(part.name);
      return held ?? '';
  }
}

/** Values for a file that Compose reads once more, where a dollar sign would stand for a variable. */
export function escapeAll(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]));
}
