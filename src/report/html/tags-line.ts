/** What the user calls a run by, as chips below its name. */
import { type Tags, tagTexts } from '../../model/tags.ts';
import { html, type Markup } from './markup.ts';

/** The line; nothing without tags. */
export function tagsLine(tags: Tags | undefined): Markup | undefined {
  const texts = tagTexts(tags);
  if (texts.length === 0) return undefined;
  return html`<p class="run-tags">${texts.map((text) => html`<span class="tag">${text}</span> `)}</p>`;
}
