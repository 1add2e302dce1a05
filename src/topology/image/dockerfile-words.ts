/** Words of a Dockerfile instruction with their variables replaced, as the builder's own small shell does it; pure. */

/** What a variable holds; undefined when it is not set. */
export type WordLookup = (name: string) => string | undefined;

interface Reader {
  readonly text: string;
  readonly escapeChar: string;
  readonly lookup: WordLookup;
  at: number;
}

/** One value: quotes taken off, variables replaced, blanks kept (`ENV`'s old form, `WORKDIR`). */
export function expandWord(text: string, escapeChar: string, lookup: WordLookup): string {
  const reader: Reader = { text, escapeChar, lookup, at: 0 };
  let value = '';
  while (reader.at < text.length) value += readPiece(reader);
  return value;
}

/** Words between blanks; those in quotes are one. */
export function expandWords(text: string, escapeChar: string, lookup: WordLookup): string[] {
  return splitRaw(text, escapeChar).map((word) => expandWord(word, escapeChar, lookup));
}

/** Words between blanks as they are written, quotes and variables included. */
export function splitRaw(text: string, escapeChar: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += char;
    if (char === escapeChar && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word += text[at] ?? '';
    } else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return word === '' ? words : [...words, word];
}

function readPiece(reader: Reader): string {
  const char = reader.text[reader.at] ?? '';
  if (char === "'") return readSingle(reader);
  if (char === '"') return readDouble(reader);
  if (char === '$') return readVariable(reader);
  reader.at += 1;
  if (char !== reader.escapeChar) return char;
  reader.at += 1;
  return reader.text[reader.at - 1] ?? '';
}

function readSingle(reader: Reader): string {
  const end = reader.text.indexOf("'", reader.at + 1);
  const value = reader.text.slice(reader.at + 1, end < 0 ? undefined : end);
  reader.at = end < 0 ? reader.text.length : end + 1;
  return value;
}

function readDouble(reader: Reader): string {
  let value = '';
  reader.at += 1;
  while (reader.at < reader.text.length && reader.text[reader.at] !== '"') {
    const char = reader.text[reader.at] ?? '';
    const next = reader.text[reader.at + 1] ?? '';
    if (char === '$') value += readVariable(reader);
    else if (char === reader.escapeChar && ['"', '$', reader.escapeChar].includes(next)) {
      value += next;
      reader.at += 2;
    } else {
      value += char;
      reader.at += 1;
    }
  }
  reader.at += 1;
  return value;
}

/**
 * `$V`, `${V}`, `${V:-default}`, `${V:+alternative}`, `${V:?must}`, with and without colon; patterns (`#`, `%`, `/`) leave the value as it
 * is.
 */
function readVariable(reader: Reader): string {
  const rest = reader.text.slice(reader.at);
  const [plain, plainName] = /^\$(\w+)/.exec(rest) ?? [];
  if (plain !== undefined && plainName !== undefined) {
    reader.at += plain.length;
    return reader.lookup(plainName) ?? '';
  }
  const [opening, name = '', operator = ''] = /^\$\{(\w+)(:?[-+?]|[#%/]{1,2})?/.exec(rest) ?? [];
  if (opening === undefined) {
    reader.at += 1;
    return '$';
  }
  const end = closingBrace(reader.text, reader.at + opening.length);
  const word = reader.text.slice(reader.at + opening.length, end);
  reader.at = end + 1;
  const held = reader.lookup(name);
  const has = operator.startsWith(':') ? held !== undefined && held !== '' : held !== undefined;
  const other = () => expandWord(word, reader.escapeChar, reader.lookup);
  if (operator.endsWith('-')) return has ? (held ?? '') : other();
  if (operator.endsWith('+')) return has ? other() : '';
  return held ?? '';
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}
