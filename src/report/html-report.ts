/** The report as one HTML file: no network, no second file, charts drawn by uPlot. */
import type { Reporter } from '../model/contracts.ts';
import type { FlameFile } from '../model/flame-file.ts';
import type { Inspection } from '../model/inspection.ts';
import type { InspectChanges } from '../model/inspection-changes.ts';
import { clientScript } from './html/client/script.ts';
import { inspectionPage } from './html/inspect/page.ts';
import { type LiveTitle, livePage } from './html/live/page.ts';
import { liveScript } from './html/live/script.ts';
import { liveStyles } from './html/live/styles.ts';
import { flameFilePage } from './html/profiles/flame-file.ts';
import { profilesScript } from './html/profiles/script.ts';
import { type PageTexts, page, pagePieces } from './html/run/page.ts';
import { styles } from './html/styles.ts';

/** The text of uPlot's script (the IIFE build) and of its style sheet; the caller reads them, reports touch no files. */
export interface HtmlAssets {
  readonly uplotJs: string;
  readonly uplotCss: string;
}

/** A reporter that puts these assets into every page. */
export function createHtmlReporter(assets: HtmlAssets): Reporter {
  const texts = pageTexts(assets);
  return {
    format: 'html',
    fileName: 'report.html',
    render: (result) => page(result, texts),
    pieces: (result) => pagePieces(result, texts),
  };
}

/** What was found in inputs as a page with these assets in it. */
export function inspectionHtml(
  inspections: readonly Inspection[],
  changes: readonly InspectChanges[],
  tool: string,
  assets: HtmlAssets,
): string {
  return inspectionPage(inspections, changes, tool, pageTexts(assets));
}

/** The page of a run that goes on, with these assets in it. */
export function livePageHtml(title: LiveTitle, { uplotJs, uplotCss }: HtmlAssets): string {
  return livePage(title, { styles: `${uplotCss}\n${styles}${liveStyles}`, scripts: [uplotJs, liveScript()] });
}

/** A file of flame graphs, which needs no assets. */
export function flameFileHtml(file: FlameFile): string {
  return flameFilePage(file, { styles, scripts: [profilesScript()] });
}

function pageTexts({ uplotJs, uplotCss }: HtmlAssets): PageTexts {
  // An IIFE binds a `var` at the top of its script, which is a property of the window.
  return { styles: `${uplotCss}\n${styles}`, scripts: [uplotJs, clientScript()] };
}
