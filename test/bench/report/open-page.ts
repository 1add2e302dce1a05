/** How long a reader waits until a page of charts answers. */
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** Milliseconds from the navigation to a built toolbar, and to the frame after its first click; the page's elements. */
export interface Opened {
  readonly builtMs: number;
  readonly answeredMs: number;
  readonly elements: number;
}

/** Opens the page in this Chromium and hides the first target of its charts. */
export async function openPage(file: string, executablePath: string): Promise<Opened> {
  const browser = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const startedMs = performance.now();
    await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
    const toggle = page.locator('#toolbar button:enabled').first();
    await toggle.waitFor({ state: 'attached' });
    const builtMs = performance.now() - startedMs;
    await toggle.click();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    const answeredMs = performance.now() - startedMs;
    return { builtMs, answeredMs, elements: await page.locator('*').count() };
  } finally {
    await browser.close();
  }
}
