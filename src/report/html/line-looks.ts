/** How lines of the same picture are told apart: by colour, and by dashes for whom colours are alike. */
import { html, type Markup } from './markup.ts';

const hues = ['blue', 'orange', 'green', 'purple', 'red', 'olive', 'sky', 'brown'];

/** The colour of the line of this index. */
export function hueOf(index: number): string {
  return `var(--${hues[index % hues.length]})`;
}

/** The dashes of the line of this index, as an attribute; the first has none. */
export function dashOf(index: number): Markup | undefined {
  return index === 0 ? undefined : html` stroke-dasharray="${index % 2 === 1 ? '7 3' : '2 3'}"`;
}

/** Its sign in a legend, in its colour and with its name. */
export function legendKey(index: number, name: string): Markup {
  return html`<span class="key" style="color:${hueOf(index)}"><span class="swatch${index === 0 ? '' : ' dashed'}"></span><span class="name">${name}</span></span>`;
}
