/** Every kind of page in a real browser: it says what it should, says nothing on its console, asks for nothing, and every word can be read. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';
import { shownPages } from './pages.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it stands: rule, and the places that break it. */
async function accessFaults(page: Page): Promise<string[]> {
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

/** Every way in which a page may be read: theme, width, and whether everything that can be opened is open. */
const ways = [
  ['light', 1400, 'as it opens', 'axe'],
  ['light', 700, 'as it opens'],
  ['dark', 1400, 'unfolded'],
  ['dark', 700, 'unfolded', 'axe'],
] as const;

describeInBrowser('the page of', (open) => {
  it.each(shownPages)('$title', async ({ says, text }) => {
    const { page, said } = await open(await text());
    // biome-ignore lint/performance/useDomNodeTextContent: only what is visible counts
    const shown = await page.locator('body').innerText();
    expect(says.filter((words) => !shown.includes(words))).toEqual([]);
    const faults: Record<string, readonly string[]> = {};
    for (const [colorScheme, width, fold, withAxe] of ways) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      if (fold === 'unfolded') await page.evaluate(unfold);
      const found = await page.evaluate(layoutFaults);
      if (withAxe) found.push(...(await accessFaults(page)));
      if (found.length > 0) faults[`${width} px, ${colorScheme}, ${fold}`] = found;
    }
    expect(faults).toEqual({});
    expect(said).toEqual([]);
  });
});

/** Opens so many of what can be opened, in the order of the page: of 200 steps the first ones show how all of them look. */
function unfold(): void {
  for (const details of [...document.querySelectorAll('details')].slice(0, 40)) details.open = true;
}
