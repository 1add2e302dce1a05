/** What all pages of a profile server share: their head, their styles and their script. */
import { type DocumentParts, documentText } from '../document.ts';
import { exactValue, html, type Markup, wholeText } from '../markup.ts';

/** Texts that the pages are put together with. */
export type ProfilePageTexts = Pick<DocumentParts, 'styles' | 'scripts'>;

/** A page with this title and content; `tool` is name and version. */
export function profilePage(title: string, tool: string, main: Markup, texts: ProfilePageTexts): string {
  const head = html`<header>
<p class="brand"><span><a href="/">${tool}: profiles</a></span><button type="button" id="theme" hidden>Dark</button></p>
<h1>${title}</h1>
</header>`;
  return documentText({ title: `${title}: profiles`, main: html`${head}\n${main}`, submits: true, ...texts });
}

/** The page that says why there is none. */
export function refusalPage(why: string, tool: string, texts: ProfilePageTexts): string {
  const main = html`<section class="state warn"><p class="word">Cannot be shown</p><div><p>${why}</p><p><a href="/">Back to all profiles</a></p></div></section>`;
  return profilePage('Profiles', tool, main, texts);
}

/** Name and value of a fact, which may be a link. */
export type Fact = readonly [name: string, value: string | Markup];

/** Facts in a row. */
export function factsPart(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The same profile as a file, and in a terminal. */
export interface Elsewhere {
  readonly file: string;
  readonly command: string;
  /** Where the command takes the token of the server from; undefined where it wants none. */
  readonly tokenVariable: string | undefined;
}

/** Where else it can be seen; `about` says more of the file. */
export function elsewherePart({ file, command, tokenVariable }: Elsewhere, about: string): Markup {
  const token =
    tokenVariable === undefined ? undefined : html`, with the token of this server in <code>${tokenVariable}</code>`;
  return html`<section><h2>Elsewhere</h2><p><a href="${exactValue(file)}">The file</a>${about}, or in a terminal${token}:</p><pre class="command" tabindex="0">${wholeText(command)}</pre></section>`;
}

/** They come after those of the report. */
export const profileStyles = `
.filter { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: end; margin-top: 18px; }
.filter label { display: grid; gap: 2px; font-size: 12px; color: var(--muted); min-width: 0; }
.filter input { font: inherit; font-size: 12.5px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 5px; padding: 3px 8px; min-width: 0; max-width: 100%; width: 190px; }
.filter select { max-width: min(260px, 80vw); }
.filter [type="submit"] { font-weight: 600; }
.labels { display: flex; flex-wrap: wrap; gap: 3px 6px; list-style: none; padding: 0; }
.labels a { text-decoration: none; }
.wide { width: 100%; }
.wide td, .wide th { padding: 5px 10px 5px 0; }
.command { display: block; margin-top: 14px; }
.nowrap { white-space: nowrap; }
.choices { display: flex; flex-wrap: wrap; gap: 4px 14px; list-style: none; padding: 0; margin-top: 14px; font-size: 13px; }
.choices [aria-current] { font-weight: 650; }
.more { color: var(--red-text); }
.less { color: var(--green-text); }
`;
