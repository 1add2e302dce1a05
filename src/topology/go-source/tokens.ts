/** Go source as words: names, strings and signs without comments. Whatever stands there, it ends; pure. */

/** One word; `line` counts from 1. Strings hold their value, in `isRaw` ones backquotes stood around it. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
  readonly line: number;
  readonly isRaw?: boolean;
}

/** Go specification, "Lexical elements": comments, identifiers, numbers, runes, strings; every other character is a sign. */
const word =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|([\p{L}_][\p{L}\p{Nd}_]*)|(\d[\w.]*)|"((?:[^"\\\n]|\\.)*)"?|`([^`]*)`?|'((?:[^'\\\n]|\\.)*)'?|(:=|[^\s])/gu;

/** The words of a file in order. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let counted = 0;
  for (const match of source.matchAll(word)) {
    const [, name, number, quoted, raw, rune, sign] = match;
    line += newlinesIn(source, counted, match.index);
    counted = match.index;
    if (name !== undefined) tokens.push({ kind: 'name', text: name, line });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, line });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: unescaped(quoted), line });
    else if (raw !== undefined) tokens.push({ kind: 'text', text: raw, line, isRaw: true });
    else if (rune !== undefined) tokens.push({ kind: 'number', text: rune, line });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, line });
  }
  return tokens;
}

function newlinesIn(source: string, from: number, to: number): number {
  let count = 0;
  for (let at = source.indexOf('\n', from); at !== -1 && at < to; at = source.indexOf('\n', at + 1)) count += 1;
  return count;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"' };

function unescaped(text: string): string {
  return text.replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/g, (whole, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? whole),
  );
}
