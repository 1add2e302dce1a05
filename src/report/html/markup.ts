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

/** Template tag: text and attribute values are escaped, markup and lists of markup go in whole, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = strings.map((text, index) => text + partText(parts[index])).join('');
  return { markup };
}

/** Text that already is HTML, such as a style sheet. */
export function raw(markup: string): Markup {
  return { markup };
}

/** JSON for a `<script type="application/json">`: no character in it can end the element or start a comment. */
export function jsonForScript(value: unknown): Markup {
  return raw(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function partText(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (char) => entities[char] ?? char);
  if ('markup' in part) return part.markup;
  return part.map(partText).join('');
}
