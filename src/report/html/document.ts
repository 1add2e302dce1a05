/** What surrounds every page: a document that loads nothing, in the colours of the reader's choice. */
import { createHash } from 'node:crypto';
import { html, jsonForScript, type Markup, raw } from './markup.ts';

/** What differs between pages. */
export interface DocumentParts {
  readonly title: string;
  readonly styles: string;
  readonly main: Markup;
  /** JSON values for the scripts, by the ids of the elements that hold them. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Scripts that stand behind the content; nothing else on the page may run. */
  readonly scripts?: readonly string[];
  /** Whether it may ask the server that it came from. */
  readonly connects?: boolean;
  /** Whether its forms may be sent there. */
  readonly submits?: boolean;
}

/** The whole file. */
export function documentText(parts: DocumentParts): string {
  return [...documentPieces(parts)].join('');
}

/** The same, the content and each of the data on its own. */
export function* documentPieces({
  title,
  styles,
  main,
  data = {},
  scripts = [],
  connects = false,
  submits = false,
}: DocumentParts): Iterable<string> {
  yield html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy(scripts, { connects, submits }))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(styles)}</style>
</head>
<body>
<main>
`.markup;
  yield main.markup;
  yield '\n</main>\n';
  for (const [id, value] of Object.entries(data)) {
    yield html`<script type="application/json" id="${id}">`.markup;
    yield jsonForScript(value).markup;
    yield '</script>\n';
  }
  for (const script of scripts) yield html`<script>${raw(script)}</script>\n`.markup;
  yield '</body>\n</html>\n';
}

/** What the browser may do with the page: run these very scripts, follow the styles in it, ask its server if it must, and load nothing (https://www.w3.org/TR/CSP3). */
function policy(
  scripts: readonly string[],
  { connects, submits }: { readonly connects: boolean; readonly submits: boolean },
): string {
  const hashes = scripts.map((script) => ` 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  const run = hashes.length > 0 ? `; script-src${hashes.join('')}` : '';
  return `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action ${submits ? "'self'" : "'none'"}${run}${connects ? "; connect-src 'self'" : ''}`;
}
