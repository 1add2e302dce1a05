/** A chain from a cause to what users saw, as a list whose items follow from each other. */
import { html, type Markup } from './markup.ts';

/** Nothing without links. */
export function chainPart(
  chain: { readonly links: readonly { readonly text: string }[] } | undefined,
): Markup | undefined {
  if (!chain || chain.links.length === 0) return undefined;
  return html`<ol class="chain">${chain.links.map(({ text }) => html`<li>${text}</li>`)}</ol>`;
}
