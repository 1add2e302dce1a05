/** A command that is written as one line, taken apart as Compose does (github.com/mattn/go-shellwords): it is no shell line; pure. */

/** The words, and what Compose leaves away because it begins with a sign of the shell. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly dropped: string;
}

/** Blanks, quotes, what is kept together though blanks are in it, a character that is escaped, signs of the shell, and all else. */
const piece =
  /(\s+)|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|(\$\([^)]*\)|`[^`]*`)|\\([\s\S])|([;&|<>])|([^\s'"\\;&|<>()`])|(?:)/gy;

/** Takes a line apart; undefined when a quote or bracket is not closed, which Compose refuses. */
export function splitCommandLine(line: string): CommandLine | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  for (const match of line.matchAll(piece)) {
    const [whole, blank, , , , , sign] = match;
    if (whole === '') return at === line.length ? { words: ended(words, word), dropped: '' } : undefined;
    at += whole.length;
    if (sign !== undefined) {
      // The number before a `>` is that of a stream.
      const isStream = sign === '>' && /^\d/.test(word ?? '');
      return { words: ended(words, isStream ? undefined : word), dropped: line.slice(match.index) };
    }
    if (blank === undefined) word = (word ?? '') + textOf(match);
    else {
      if (word !== undefined) words.push(word);
      word = undefined;
    }
  }
  return undefined;
}

function textOf([whole, , single, double, , escaped]: RegExpMatchArray): string {
  return single ?? double?.replace(/\\([\s\S])/g, '$1') ?? escaped ?? whole;
}

function ended(words: readonly string[], word: string | undefined): string[] {
  return word === undefined ? [...words] : [...words, word];
}
