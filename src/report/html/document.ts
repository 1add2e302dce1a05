/** What surrounds every page: a document that loads nothing, in the colours of the reader's choice. */
import { html, type Markup, raw } from './markup.ts';

/** What differs between pages; `scripts` stands behind the content, and without it no script may run. */
export interface DocumentParts {
  readonly title: string;
  readonly styles: string;
  readonly main: Markup;
  readonly scripts?: Markup;
}

const withoutScripts = "default-src 'none'; style-src 'unsafe-inline'";
const withScripts = `${withoutScripts}; script-src 'unsafe-inline'; img-src data:`;

/** The whole file. */
export function documentText({ title, styles, main, scripts }: DocumentParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(scripts ? withScripts : withoutScripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(styles)}</style>
</head>
<body>
<main>
${main}
</main>
${scripts}</body>
</html>
`.markup;
}
