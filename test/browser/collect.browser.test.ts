/** The page of a collector in a real browser, with names as they should be and with names that would like to be more. */
import { expect, it } from 'vitest';
import { collectPage } from '../../src/report/html/collect/page.ts';
import { collectStatus } from '../helpers/collect-status.ts';
import { accessFaults } from './access-faults.ts';
import { resize } from './drawn.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';

describeInBrowser('the page of a collector', (open) => {
  it('can be read in the light and in the dark, on any screen', async () => {
    const { page, said } = await open(collectPage(collectStatus(), 'rampart 0.1.0'));
    expect(await page.locator('h1').textContent()).toBe('Profiles are collected');
    expect(await page.evaluate(layoutFaults)).toEqual([]);
    expect(await accessFaults(page, 'contrast')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await resize(page, 700);
    expect(await page.evaluate(layoutFaults)).toEqual([]);
    expect(await accessFaults(page)).toEqual([]);
    expect(await said()).toEqual([]);
  });

  it.each([
    '</td><script>document.title = "ran"</script><img src=x onerror="document.title = \'ran\'">',
    '"><style>*{display:none}</style><b onclick=alert(1)>',
    'W'.repeat(1000),
  ])('runs and hides nothing for %s', async (word) => {
    const { page, said } = await open(collectPage(collectStatus(word), 'rampart 0.1.0'));
    for (const width of [1400, 700]) {
      await resize(page, width);
      expect(await page.title()).toBe('Profiles are collected');
      expect(await page.locator('tbody th').first().isVisible()).toBe(true);
      expect(await page.evaluate(layoutFaults)).toEqual([]);
    }
    expect(await said()).toEqual([]);
  });
});
