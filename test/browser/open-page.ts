/** A page as a reader opens it, and everything that it says on its console is kept. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject, onTestFinished } from 'vitest';
import { drawn } from './drawn.ts';

const viewport = { width: 1400, height: 900 };

/** A page that is open. */
interface OpenPage {
  readonly page: Page;
  /** Errors, warnings and remarks on its console, and what it asked of the network, with all that was still under way. */
  readonly said: () => Promise<readonly string[]>;
}

interface OpenOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly offline?: boolean;
}

/** Opens the text of a page as a file without a network, at this width, in this theme; `hash` is the fragment that it is opened at. */
type Open = (text: string, options?: OpenOptions & { readonly hash?: string }) => Promise<OpenPage>;

/** Opens what is served at an address. */
type OpenAt = (url: string, options?: OpenOptions) => Promise<OpenPage>;

/**
 * `describe` of what only a real browser can show; each page is a tab of its own and closed with its test. They share a context: to make one
 * takes a browser longer than to open a page.
 */
export function describeInBrowser(title: string, body: (open: Open, openAt: OpenAt) => void): void {
  const address = inject('chromium');
  describe.skipIf(address === undefined)(title, () => {
    let browser: Browser;
    let context: BrowserContext;
    let folder: string;
    let opened = 0;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'rampart-pages-'));
      browser = await chromium.connect(address ?? '');
      context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
      // How long a busy machine takes is no claim of a test: its own time is the only limit.
      context.setDefaultTimeout(0);
      // A tab that stays: with the last one the browser gives up what the next one needs, and starts it anew.
      await context.newPage();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });
    const open: Open = (text, { hash = '', ...options } = {}) => {
      opened += 1;
      const file = join(folder, `page-${opened}.html`);
      writeFileSync(file, text);
      return openPage(context, `${pathToFileURL(file).href}${hash}`, { offline: true, ...options });
    };
    body(open, (url, options = {}) => openPage(context, url, options));
  });
}

async function openPage(context: BrowserContext, url: string, options: OpenOptions): Promise<OpenPage> {
  const { width = viewport.width, colorScheme = 'light', offline = false } = options;
  await context.setOffline(offline);
  const page = await context.newPage();
  onTestFinished(() => page.close());
  await page.setViewportSize({ ...viewport, width });
  await page.emulateMedia({ colorScheme });
  const { protocol, origin, href } = new URL(url);
  const own = protocol === 'file:' ? href.replace(/#.*/, '') : `${origin}/`;
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('dialog', (dialog) => {
    heard.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(own) && !request.url().startsWith('data:')) heard.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  await drawn(page);
  const said = async () => {
    await drawn(page);
    return heard;
  };
  return { page, said };
}
