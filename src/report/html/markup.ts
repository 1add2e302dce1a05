/** HTML as a value: everything put into a template is escaped unless it is markup already. */

/** A piece of finished HTML. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Template tag: text and attribute values are made readable and escaped, markup and lists of markup go in whole, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = strings.map((text, index) => text + partText(parts[index])).join('');
  return { markup };
}

/** Text that already is HTML, such as a style sheet. */
export function raw(markup: string): Markup {
  return { markup };
}

/** Text of any length as it is, for what is read by scrolling. */
export function wholeText(text: string): Markup {
  return raw(escaped(visible(text)));
}

/** A value that is not shown and must come back as it is: where a link leads, what a form sends. */
export function exactValue(text: string): Markup {
  return raw(escaped(text));
}

/** JSON for a `<script type="application/json">`: no character in it can end the element or start a comment, and its texts are readable. */
export function jsonForScript(value: unknown): Markup {
  const json = JSON.stringify(value, (_, part) => (typeof part === 'string' ? readable(part) : part));
  return raw(json.replaceAll('<', '\\u003c'));
}

/** A longer text is no name, and would push everything else off the page. */
const longestText = 1000;
const keptOfLong = 200;

/** A text of which every character can be seen and that has an end: a name as long as a page is cut, and says so. */
export function readable(text: string): string {
  if (text.length <= longestText) return visible(text);
  const left = text.length - 2 * keptOfLong;
  return visible(`${text.slice(0, keptOfLong)} … ${left} characters more … ${text.slice(-keptOfLong)}`);
}

/**
 * Controls as their pictures (Unicode block 2400), and what turns the direction of the text around it
 * (https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings) as its number: a name must not reorder what stands beside it.
 */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}]/gu, shown);
}

function shown(char: string): string {
  const code = char.charCodeAt(0);
  if (char === '\n' || char === '\t') return char;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

function partText(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(readable(part));
  if ('markup' in part) return part.markup;
  return part.map(partText).join('');
}
