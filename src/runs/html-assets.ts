/** What pages are made with. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readText } from '../host/files.ts';
import type { HtmlAssets } from '../report/html-report.ts';

/** The chart library, from its package. */
export async function readHtmlAssets(): Promise<HtmlAssets> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
  const [uplotJs, uplotCss] = await Promise.all([
    readText(join(folder, 'uPlot.iife.min.js')),
    readText(join(folder, 'uPlot.min.css')),
  ]);
  return { uplotJs, uplotCss };
}
