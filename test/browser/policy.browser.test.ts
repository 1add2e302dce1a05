/** The policy in each page holds in the browser: what got in by mistake neither runs nor reaches anything. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser } from './open-page.ts';
import { shownPages } from './pages.ts';

describeInBrowser('markup that got in by mistake', (open) => {
  it.each(shownPages.filter(({ title }) => /healthy|comparison|that failed|inspected/.test(title)))(
    'neither runs nor loads in the page of $title',
    async ({ text }) => {
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end();
      });
      // A browser may open a connection on a guess, and send nothing over it.
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const slipped = `<p>it got in</p><script>document.title = 'ran'</script><img src="${origin}/image" onerror="document.title = 'ran'">
        <link rel="stylesheet" href="${origin}/style"><iframe src="${origin}/frame"></iframe><style>@import "${origin}/import"; body { background: url(${origin}/background) }</style>`;
      const { page, said } = await open((await text()).replace('<main>', `<main>${slipped}`), { offline: false });
      expect(await page.locator('p').first().textContent()).toBe('it got in');
      await page.evaluate((url) => fetch(url).catch(() => undefined), `${origin}/fetch`);
      expect(await page.title()).not.toBe('ran');
      expect(asked).toEqual([]);
      await expect
        .poll(async () => (await said()).filter((line) => line.includes('Content Security Policy')).length)
        .toBeGreaterThanOrEqual(5);
    },
  );
});
