/** Every kind of page in a real browser: it says what it should, says nothing on its console, asks for nothing, and every word can be read. */

import { expect, it } from 'vitest';
import { accessFaults } from './access-faults.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';
import { shownPages } from './pages.ts';

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
