/** What axe finds on a page: https://github.com/dequelabs/axe-core. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it stands: rule, and the places that break it. */
export async function accessFaults(page: Page): Promise<string[]> {
  const found = await page.evaluate(async (source) => {
    // What is folded away is judged by nobody, but axe would walk over all of it first.
    const folded = [...document.querySelectorAll('details:not([open])')].map((details) => {
      const inside = [...details.childNodes].filter((node) => node.nodeName !== 'SUMMARY');
      for (const node of inside) node.remove();
      return { details, inside };
    });
    const run = new Function(`${source}; return axe.run(document, { resultTypes: ['violations'] })`);
    const { violations }: axe.AxeResults = await run();
    for (const { details, inside } of folded) details.append(...inside);
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))] as const);
  }, axeSource);
  return found.flatMap(([id, places]) => places.slice(0, 3).map((place) => `${id}: ${place} (of ${places.length})`));
}
