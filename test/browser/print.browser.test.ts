/** Pages on paper: dark ink on white whatever the theme, nothing that only a screen can use, and every word in its place. */
import { expect, it } from 'vitest';
import { drawn } from './drawn.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';
import { shownPages } from './pages.ts';

/** A sheet of A4 across, less its margins, at 96 dots an inch. */
const sheetPx = 1032;

describeInBrowser('on paper, the page of', (open) => {
  it.each(shownPages.filter(({ title }) => /saturated|everything|queues|comparison|that failed|inspected/.test(title)))(
    '$title can be read',
    async ({ text }) => {
      const { page, said } = await open(await text(), { width: sheetPx, colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      await drawn(page);
      expect(await page.evaluate(layoutFaults)).toEqual([]);
      const ink = await page.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        return { color, backgroundColor };
      });
      expect(ink).toEqual({ color: 'rgb(22, 25, 29)', backgroundColor: 'rgb(255, 255, 255)' });
      for (const onScreenOnly of ['#theme', '.toolbar', '.controls', '.flame-tools', '#explorer'])
        expect(await page.locator(onScreenOnly).filter({ visible: true }).count(), onScreenOnly).toBe(0);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      const sheets = await page.pdf({ preferCSSPageSize: true });
      expect(sheets.subarray(0, 5).toString()).toBe('%PDF-');
      expect(await said()).toEqual([]);
    },
  );
});
