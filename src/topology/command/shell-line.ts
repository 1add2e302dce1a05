/** A line for a POSIX shell to its simple commands, as far as that goes without running it; pure. */

/** A piece of a word; what only a shell can know (`$(…)`, backquotes, arithmetic) is unknown. */
type ShellPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly operator: string;
      readonly other: readonly ShellPart[];
      readonly isQuoted: boolean;
    }
  | { readonly kind: 'unknown'; readonly text: string };

/** A word before its variables are replaced. */
export type ShellWord = readonly ShellPart[];

/** One command: what joins it to the one before (`''` for the first), its words, and redirections that are more than `2>&1`. */
export interface ShellCommand {
  readonly joiner: string;
  readonly words: readonly ShellWord[];
  readonly redirects: readonly string[];
}

/** What variables and positional parameters hold. */
export interface ShellScope {
  lookup(name: string): string | undefined;
  readonly positional?: readonly string[];
}

/** Words after replacement, and what could not be replaced. */
export interface ExpandedWords {
  readonly words: readonly string[];
  readonly unknown: readonly string[];
}

/** Words that begin a compound command, or go on with one. */
export const shellKeywords = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  '{',
  '}',
  '(',
  ')',
  '!',
]);

interface Reader {
  readonly text: string;
  at: number;
}

/** All commands in the order in which they stand; brackets of compound commands are words of their own. */
export function readShell(text: string): ShellCommand[] {
  const reader: Reader = { text: text.replace(/\\\r?\n/g, ''), at: 0 };
  const commands: ShellCommand[] = [];
  let joiner = '';
  let words: ShellWord[] = [];
  let redirects: string[] = [];
  const close = (next: string) => {
    if (words.length > 0 || redirects.length > 0) commands.push({ joiner, words, redirects });
    // An empty line after `&&` joins nothing new.
    if (words.length > 0 || redirects.length > 0 || next !== ';') joiner = next;
    words = [];
    redirects = [];
  };
  while (skipBlanks(reader)) {
    const rest = reader.text.slice(reader.at);
    const [redirect] = /^\d*(?:>>|>&|<&|>\||<<<|<<-?|>|<)/.exec(rest) ?? [];
    const [operator] = /^(?:&&|\|\||;;|[;&|\n])/.exec(rest) ?? [];
    if (redirect !== undefined) {
      reader.at += redirect.length;
      skipBlanks(reader);
      const target = readWord(reader);
      const isStreams =
        redirect.endsWith('>&') && target.every((part) => part.kind === 'text' && /^[12]$/.test(part.text));
      if (!isStreams) redirects.push(redirect);
    } else if (operator !== undefined) {
      reader.at += operator.length;
      close(operator === '\n' ? ';' : operator);
    } else if (/^[()]/.test(rest)) {
      reader.at += 1;
      words.push([{ kind: 'text', text: rest[0] ?? '', isQuoted: false }]);
    } else words.push(readWord(reader));
  }
  close('');
  return commands;
}

/** Replaces variables and splits what stands outside of quotes at blanks, as a shell would; file patterns stay as they are. */
export function expandShell(words: readonly ShellWord[], scope: ShellScope): ExpandedWords {
  const unknown: string[] = [];
  const found = words.flatMap((word) => expandOne(word, scope, unknown));
  return { words: found, unknown };
}

/** A text as a shell splits it into words, variables taken as empty. */
export function shellWords(text: string): readonly string[] {
  return readShell(text).flatMap(({ words }) => expandShell(words, { lookup: () => undefined }).words);
}

/** `NAME=value` before a command, split off; the rest are the words of the command itself. */
export function splitAssignments(words: readonly string[]): {
  assigned: Record<string, string>;
  rest: readonly string[];
} {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const until = first < 0 ? words.length : first;
  const assigned = words.slice(0, until).map((word) => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return { assigned: Object.fromEntries(assigned), rest: words.slice(until) };
}

function expandOne(word: ShellWord, scope: ShellScope, unknown: string[]): string[] {
  const fields = openFields();
  for (const part of word) {
    if (part.kind === 'text') fields.add(part.text);
    else if (part.kind === 'unknown') {
      unknown.push(part.text);
      fields.add('');
    } else if (part.name === '@' || part.name === '*') fields.addAll(scope.positional ?? []);
    else if (part.isQuoted) fields.add(variableText(part, scope, unknown));
    else fields.addAll(variableText(part, scope, unknown).split(/\s+/));
  }
  return fields.close();
}

/** Text that grows into fields: the first of several goes on with what is there, the last is gone on with. */
function openFields() {
  const fields: string[] = [];
  let current: string | undefined;
  return {
    add: (text: string) => {
      current = (current ?? '') + text;
    },
    addAll: ([first = '', ...more]: readonly string[]) => {
      if (first !== '') current = (current ?? '') + first;
      for (const text of more) {
        if (current !== undefined) fields.push(current);
        current = text === '' ? undefined : text;
      }
    },
    close: () => (current === undefined ? fields : [...fields, current]),
  };
}

function variableText(part: Extract<ShellPart, { kind: 'variable' }>, scope: ShellScope, unknown: string[]): string {
  const { name, operator, other } = part;
  const held = /^\d$/.test(name) ? scope.positional?.[Number(name) - 1] : scope.lookup(name);
  const has = operator.startsWith(':') ? held !== undefined && held !== '' : held !== undefined;
  const alternative = () => expandOne(other, scope, unknown).join(' ');
  if (/^:?[-=]$/.test(operator)) return has ? (held ?? '') : alternative();
  if (/^:?\+$/.test(operator)) return has ? alternative() : '';
  if (operator !== '' && !operator.endsWith('?')) unknown.push(`\${${name}${operator}…}`);
  return held ?? '';
}

/** Stops before a newline, which ends a command; false at the end of the text. */
function skipBlanks(reader: Reader): boolean {
  for (;;) {
    const [blanks] = /^(?:[ \t\r]+|#[^\n]*)/.exec(reader.text.slice(reader.at)) ?? [];
    if (blanks === undefined) return reader.at < reader.text.length;
    reader.at += blanks.length;
  }
}

function readWord(reader: Reader): ShellPart[] {
  const parts: ShellPart[] = [];
  while (reader.at < reader.text.length) {
    const char = reader.text[reader.at] ?? '';
    if (/[\s;&|()<>]/.test(char)) break;
    if (char === '"') parts.push(...readDouble(reader));
    else parts.push(readPiece(reader, char));
  }
  return parts;
}

function readPiece(reader: Reader, char: string): ShellPart {
  if (char === "'") {
    const end = reader.text.indexOf("'", reader.at + 1);
    const text = reader.text.slice(reader.at + 1, end < 0 ? undefined : end);
    reader.at = end < 0 ? reader.text.length : end + 1;
    return { kind: 'text', text, isQuoted: true };
  }
  if (char === '$') return readDollar(reader, false);
  if (char === '`') return readBackquotes(reader);
  if (char === '\\') {
    reader.at += 2;
    return { kind: 'text', text: reader.text[reader.at - 1] ?? '', isQuoted: true };
  }
  const [text = char] = /^[^\s;&|()<>"'$`\\]+/.exec(reader.text.slice(reader.at)) ?? [];
  reader.at += text.length;
  return { kind: 'text', text, isQuoted: false };
}

function readDouble(reader: Reader): ShellPart[] {
  const parts: ShellPart[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') parts.push({ kind: 'text', text, isQuoted: true });
    text = '';
  };
  reader.at += 1;
  while (reader.at < reader.text.length && reader.text[reader.at] !== '"') {
    const char = reader.text[reader.at] ?? '';
    if (char === '$' || char === '`') {
      flush();
      parts.push(char === '$' ? readDollar(reader, true) : readBackquotes(reader));
      continue;
    }
    const isEscape = char === '\\' && /["$`\\]/.test(reader.text[reader.at + 1] ?? '');
    text += isEscape ? reader.text[reader.at + 1] : char;
    reader.at += isEscape ? 2 : 1;
  }
  reader.at += 1;
  flush();
  return parts.length > 0 ? parts : [{ kind: 'text', text: '', isQuoted: true }];
}

function readDollar(reader: Reader, isQuoted: boolean): ShellPart {
  const rest = reader.text.slice(reader.at);
  if (rest.startsWith('$(')) return readUnknown(reader, closing(reader.text, reader.at + 1, '(', ')'));
  const [plain, plainName] = /^\$(\w+|[@*#?$!-])/.exec(rest) ?? [];
  if (plain !== undefined && plainName !== undefined) {
    // Of `$12` the shell takes the 1 only.
    const name = /^\d/.test(plainName) ? (plainName[0] ?? '') : plainName;
    reader.at += 1 + name.length;
    return { kind: 'variable', name, operator: '', other: [], isQuoted };
  }
  const [opening, name = '', operator = ''] = /^\$\{(\w+|[@*])(:?[-=+?]|[#%/:^,]+)?/.exec(rest) ?? [];
  if (opening === undefined) {
    if (rest.startsWith('${')) return readUnknown(reader, closing(reader.text, reader.at + 1, '{', '}'));
    reader.at += 1;
    return { kind: 'text', text: '$', isQuoted };
  }
  const end = closing(reader.text, reader.at + 1, '{', '}');
  const inner = reader.text.slice(reader.at + opening.length, end - 1);
  reader.at = end;
  return { kind: 'variable', name, operator, other: readAll(inner), isQuoted };
}

/** Blanks included: the alternative of a variable goes up to its brace. */
function readAll(text: string): ShellPart[] {
  const reader: Reader = { text, at: 0 };
  const parts: ShellPart[] = [];
  while (reader.at < text.length) {
    const char = text[reader.at] ?? '';
    if (char === '"') parts.push(...readDouble(reader));
    else if (/[\s;&|()<>]/.test(char)) {
      parts.push({ kind: 'text', text: char, isQuoted: false });
      reader.at += 1;
    } else parts.push(readPiece(reader, char));
  }
  return parts;
}

function readBackquotes(reader: Reader): ShellPart {
  const end = reader.text.indexOf('`', reader.at + 1);
  return readUnknown(reader, end < 0 ? reader.text.length : end + 1);
}

function readUnknown(reader: Reader, end: number): ShellPart {
  const text = reader.text.slice(reader.at, end);
  reader.at = end;
  return { kind: 'unknown', text };
}

/** The place after the bracket that closes the one at `from`. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
