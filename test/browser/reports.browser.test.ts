/** Every kind of page in a real browser: it says what it should, says nothing on its console, asks for nothing, and every word can be read. */

import { expect, it } from 'vitest';
import { accessFaults } from './access-faults.ts';
import { resize } from './drawn.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';
import { shownPages } from './pages.ts';

/** Every way in which words may lie on a page: its width, and whether everything that can be opened is open. A theme moves none. */
const ways = [
  [1400, 'as it opens'],
  [1400, 'unfolded'],
  [700, 'unfolded'],
] as const;
/** axe takes seconds for a long page: once, and every second one in the light, the others in the dark. */
const themes = ['light', 'dark'] as const;

describeInBrowser('the page of', (open) => {
  it.each(shownPages.map((page, index) => ({ ...page, index })))('$title', async ({ says, text, index }) => {
    const { page, said } = await open(await text());
    // biome-ignore lint/performance/useDomNodeTextContent: only what is visible counts
    const shown = await page.locator('body').innerText();
    expect(says.filter((words) => !shown.includes(words))).toEqual([]);
    const faults: Record<string, readonly string[]> = {};
    await page.emulateMedia({ colorScheme: themes[index % 2] ?? 'light' });
    for (const [width, fold] of ways) {
      if (fold === 'unfolded') await page.evaluate(unfold);
      await resize(page, width);
      const found = await page.evaluate(layoutFaults);
      if (found.length > 0) faults[`${width} px, ${fold}`] = found;
    }
    const hard = await accessFaults(page);
    if (hard.length > 0) faults['to read'] = hard;
    expect(faults).toEqual({});
    expect(await said()).toEqual([]);
  });
});

/** Opens so many of what can be opened, in the order of the page: of 200 steps the first ones show how all of them look. */
function unfold(): void {
  for (const details of [...document.querySelectorAll('details')].slice(0, 40)) details.open = true;
}
