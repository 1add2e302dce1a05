/** What profiles there are: by service and type, by label, and the newest one by one. */
import { formatCount } from '../../../model/units.ts';
import { sizeText } from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { exactValue, html, type Markup } from '../markup.ts';
import { type FilterTexts, filterPart } from './filter.ts';
import { factsPart, type ProfilePageTexts, profilePage } from './frame.ts';

/** A text that leads somewhere. */
interface Link {
  readonly text: string;
  readonly href: string;
}

/** All profiles of one service and type that were asked for. */
export interface ProfileGroup {
  readonly service: string;
  readonly type: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  readonly bytes: number;
  readonly only: string;
  /** Absent where they cannot be put together. */
  readonly flame?: string | undefined;
  readonly file?: string | undefined;
}

/** A label key, its values, and what is between the first and the last of them. */
export interface LabelGroup {
  readonly key: string;
  readonly values: readonly (Link & { readonly count: number })[];
  readonly more: number;
  readonly difference?: Link | undefined;
}

/** One profile. */
export interface ListedProfile {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly type: string;
  readonly labels: readonly Link[];
  readonly bytes: number;
  readonly file: string;
  readonly flame?: string | undefined;
}

/** What the page shows; all texts may be anybody's. */
export interface ProfileListing {
  readonly tool: string;
  readonly asked: FilterTexts;
  readonly services: readonly string[];
  readonly types: readonly string[];
  readonly groups: readonly ProfileGroup[];
  readonly labels: readonly LabelGroup[];
  readonly profiles: readonly ListedProfile[];
  /** How many there are, of which the newest are listed. */
  readonly total: number;
}

/** The page. */
export function listingPage(listing: ProfileListing, texts: ProfilePageTexts): string {
  const { tool, asked, services, types, groups, total } = listing;
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  const main = html`${factsPart([
    ['profiles', formatCount(total)],
    ['services', formatCount(new Set(groups.map(({ service }) => service)).size)],
    ['size', sizeText(bytes)],
    ['all functions of all services', html`<a href="/api/0/profiles/top?type=cpu">top 10 by CPU, as JSON</a>`],
  ])}
${filterPart(asked, services, types)}
${total === 0 ? emptyPart(asked) : html`${groupsPart(groups)}${labelsPart(listing.labels)}${profilesPart(listing)}`}`;
  return profilePage('Profiles', tool, main, texts);
}

function emptyPart(asked: FilterTexts): Markup {
  const isAll = Object.values(asked).every((text) => text === '');
  const words = isAll
    ? html`<p>Nothing was stored so far. An agent sends profiles here, or</p><pre tabindex="0">curl --data-binary @cpu.pb.gz 'http://127.0.0.1:10100/api/0/profiles?service=api&amp;type=cpu'</pre>`
    : html`<p>Nothing is as you asked. <a href="/">Show all</a></p>`;
  return html`<section><h2>No profiles</h2>${words}</section>`;
}

function groupsPart(groups: readonly ProfileGroup[]): Markup {
  const rows = groups.map(
    ({ service, type, count, first, last, bytes, only, flame, file }) =>
      html`<tr><th scope="row"><a href="${exactValue(only)}">${service}</a></th><td>${type}</td><td class="n">${formatCount(count)}</td><td class="n">${sizeText(bytes)}</td><td class="nowrap">${first}</td><td class="nowrap">${last}</td><td>${flame === undefined ? 'not merged' : html`<a href="${exactValue(flame)}">flame graph</a>`}</td><td>${file === undefined ? undefined : html`<a href="${exactValue(file)}">merged file</a>`}</td></tr>`,
  );
  return html`<section><h2>By service and type</h2>
<div class="scroll" tabindex="0" role="region" aria-label="By service and type"><table class="wide"><thead><tr><th scope="col">service</th><th scope="col">type</th><th scope="col" class="n">profiles</th><th scope="col" class="n">size</th><th scope="col">first</th><th scope="col">last</th><th scope="col">look at</th><th scope="col">file</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function labelsPart(labels: readonly LabelGroup[]): Markup | undefined {
  if (labels.length === 0) return undefined;
  const rows = labels.map(
    ({ key, values, more, difference }) =>
      html`<tr><th scope="row">${key}</th><td><ul class="labels">${values.map(
        ({ text, href, count }) =>
          html`<li><a class="tag" href="${exactValue(href)}">${text} · ${formatCount(count)}</a></li>`,
      )}${more > 0 ? html`<li class="hint">and ${counted(more, 'more value')}</li>` : undefined}</ul></td><td>${difference && html`<a href="${exactValue(difference.href)}">${difference.text}</a>`}</td></tr>`,
  );
  return html`<section><h2>By label</h2>
<div class="scroll" tabindex="0" role="region" aria-label="By label"><table class="wide"><thead><tr><th scope="col">label</th><th scope="col">values, with the number of profiles</th><th scope="col">difference</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function profilesPart({ profiles, total }: ProfileListing): Markup {
  const rows = profiles.map(
    ({ id, at, service, type, labels, bytes, file, flame }) =>
      html`<tr><td class="nowrap">${at}</td><th scope="row">${service}</th><td>${type}</td><td><ul class="labels">${labels.map(({ text, href }) => html`<li><a class="tag" href="${exactValue(href)}">${text}</a></li>`)}</ul></td><td class="n">${sizeText(bytes)}</td><td>${flame === undefined ? undefined : html`<a href="${exactValue(flame)}">flame graph</a>`}</td><td><a href="${exactValue(file)}"><code>${id}</code></a></td></tr>`,
  );
  const left = total - profiles.length;
  return html`<section><h2>One by one <span class="unit">newest first</span></h2>
<div class="scroll" tabindex="0" role="region" aria-label="One by one"><table class="wide"><thead><tr><th scope="col">time, UTC</th><th scope="col">service</th><th scope="col">type</th><th scope="col">labels</th><th scope="col" class="n">size</th><th scope="col">look at</th><th scope="col">file</th></tr></thead><tbody>${rows}</tbody></table></div>
${left > 0 ? html`<p class="hint">and ${counted(left, 'older profile')}: choose a window above</p>` : undefined}</section>`;
}
