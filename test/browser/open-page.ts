/** A page as a reader opens it: a file, no network, and everything that it says on its console is kept. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject } from 'vitest';

/** A page that is open. */
interface OpenPage {
  readonly page: Page;
  /** Errors, warnings and remarks on its console, and what it asked of the network. */
  readonly said: readonly string[];
}

/** Opens the text of a page at this width, in this theme; `hash` is the fragment that it is opened at. */
type Open = (text: string, options?: OpenOptions) => Promise<OpenPage>;

interface OpenOptions extends BrowserContextOptions {
  readonly width?: number;
  readonly hash?: string;
}

/** `describe` of what only a real browser can show. */
export function describeInBrowser(title: string, body: (open: Open) => void): void {
  const address = inject('chromium');
  describe.skipIf(address === undefined)(title, () => {
    let browser: Browser;
    let folder: string;
    let opened = 0;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'rampart-pages-'));
      browser = await chromium.connect(address ?? '');
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });
    body(async (text, { width = 1400, hash = '', ...options } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        offline: true,
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => said.push(String(error)));
      page.on('dialog', (dialog) => {
        said.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      opened += 1;
      const file = join(folder, `page-${opened}.html`);
      writeFileSync(file, text);
      const { href } = pathToFileURL(file);
      page.on('request', (request) => {
        if (!request.url().startsWith(href) && !request.url().startsWith('data:'))
          said.push(`asked for ${request.url()}`);
      });
      await page.goto(`${href}${hash}`);
      return { page, said };
    });
  });
}
