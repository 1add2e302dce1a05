/** The report as one HTML file: no network, no second file, charts drawn by uPlot. */
import type { Reporter } from '../model/contracts.ts';
import { clientScript } from './html/client-script.ts';
import { page } from './html/page.ts';
import { styles } from './html/styles.ts';

/** The text of uPlot's script (the IIFE build) and of its style sheet; the caller reads them, reports touch no files. */
export interface HtmlAssets {
  readonly uplotJs: string;
  readonly uplotCss: string;
}

/** A reporter that puts these assets into every page. */
export function createHtmlReporter({ uplotJs, uplotCss }: HtmlAssets): Reporter {
  // An IIFE binds a `var` at the top of its script, which is a property of the window.
  const texts = { styles: `${uplotCss}\n${styles}`, scripts: [uplotJs, clientScript()] };
  return { format: 'html', fileName: 'report.html', render: (result) => page(result, texts) };
}
