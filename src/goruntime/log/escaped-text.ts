/** What mail programs, web pages, syslog daemons and loggers do to the characters of a line, undone. */

const named: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  tab: '\t',
  newline: '\n',
};
const entity = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,7}));/g;

/** The text with the character references of HTML replaced; the runtime prints none of its own. */
export function withoutEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(entity, (whole: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** How a tab at the beginning of a line is written where control characters may not be: by escapes, by rsyslog, by `cat -T`. */
const writtenTab = /^(?:\\t|\\u0009|\\x09|\\011|#011|\^I|<0x09>|<tab>)/i;

/** The text with the tab that it begins with. */
export function withTab(text: string): string {
  const first = text.charCodeAt(0);
  if (first !== 92 && first !== 35 && first !== 94 && first !== 60) return text;
  return text.replace(writtenTab, '\t');
}

/** How ends of lines are written where a whole dump had to be one line; the first group. */
const writtenNewline = /goroutine \d{1,18} [^\n]{0,400}?\]:(\\r\\n|\\n|\\u000a|#015#012|#012|\\012|<br ?\/?>|↵|␤)/;

/** True for text in which a dump stands whose ends of lines are written as characters, also escaped more than once. */
export function isPacked(text: string): boolean {
  return /goroutine \d{1,18} [^\n]{0,400}?\]:(?:\\{1,8}(?:r\\{1,8})?n|\\u000a|#0|\\01|<br|↵|␤)/.test(text);
}

/** The text that was quoted-printable (RFC 2045, section 6.7), its breaks already gone. */
export function fromQuotedPrintable(text: string): string {
  return text.replace(/(?:=[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString());
}

/** The lines that this one was before somebody wrote their ends as characters; with their places in it. */
export function writtenLines(text: string): readonly string[] | undefined {
  const separator = writtenNewline.exec(text)?.[1];
  return separator === undefined ? undefined : text.split(separator);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** The text that a string literal with backslashes stands for. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code: string | undefined, one: string | undefined) =>
    code === undefined ? (escapes[one ?? ''] ?? one ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const wholeEscape = /\\(?:["\\/bfnrt']|u[0-9a-fA-F]{4})/g;

/** What stands between quotes: with escapes where all of them are some, else with its quotes doubled. */
export function unquoted(text: string): string {
  if (text.includes('\\') && !text.replace(wholeEscape, '').includes('\\')) return unescaped(text);
  return text.replaceAll('""', '"');
}
