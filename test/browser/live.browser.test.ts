/** The page of a real run while it goes on, in a real browser. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { accessFaults } from './access-faults.ts';
import { layoutFaults } from './layout-faults.ts';

const address = inject('chromium');

describe.skipIf(address === undefined)('the page of a run that goes on', () => {
  const directory = workDirectory();
  let browser: Browser;
  let service: Server;
  beforeAll(async () => {
    browser = await chromium.connect(address ?? '');
    service = createServer((_, response) => response.end('go_goroutines 7\n'));
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser.close();
    service.closeAllConnections();
    service.close();
  });

  /** Starts a run against the service, and says where its page is. */
  async function startRun(name: string, forText: string) {
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    writeFileSync(
      join(directory, `${name}.yaml`),
      `name: ${name}
topology: { engine: external, targets: [{ name: api, metrics: "${url}/metrics" }] }
target: { url: "${url}/" }
load: { idle: 500ms, steps: [{ name: first, rate: 50/s, for: 2s }, { name: second, rate: 50/s, for: ${forText} }] }
observe: { metrics: 500ms }
validity: { maxLagP99: 5s, maxOwnShare: 1 }
`,
    );
    const run = startCli(['run', `${name}.yaml`, '--out', name, '--ui'], directory);
    let told = '';
    run.child.stderr?.on('data', (text: string) => {
      told += text;
    });
    await run.sees(/live page: \S+\n/);
    return { ...run, url: /live page: (\S+)/.exec(told)?.[1] ?? '' };
  }

  async function openAt(url: string, width = 1400) {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) said.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    return { page, said };
  }

  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent();
  const isThere = { timeout: 50_000 };

  it('shows it, becomes its report, and keeps that when the command has ended', async () => {
    const { url, end } = await startRun('whole', '8s');
    const [wide, narrow] = [await openAt(url), await openAt(url, 700)];
    for (const { page } of [wide, narrow]) {
      await expect.poll(() => text(page, 'live-sentence'), isThere).toBe('step second, 2 of 2');
      await expect.poll(() => text(page, 'live-answered'), isThere).toMatch(/^[\d.]+$/);
      expect(await page.locator('#live-steps tr').count()).toBe(2);
      expect(await page.locator('figure canvas').count()).toBeGreaterThanOrEqual(3);
      expect(await page.evaluate(layoutFaults)).toEqual([]);
      expect(await accessFaults(page)).toEqual([]);
    }
    await wide.page.waitForURL(/report\.html$/, isThere);
    await narrow.page.waitForURL(/report\.html$/, isThere);
    const { code } = await end;
    const { validity } = readResult(join(directory, 'whole'));
    expect(code).toBe(validity.verdict === 'valid' ? 0 : 4);
    for (const { page, said } of [wide, narrow]) {
      await expect.poll(() => page.locator('#steps tbody tr').count(), isThere).toBe(2);
      expect(await page.title()).toBe(`whole: ${validity.verdict}`);
      expect(said).toEqual([]);
    }
  });

  it('stops it for who has its address, and shows what was measured', async () => {
    const { url, end } = await startRun('stopped', '60s');
    const stranger = await openAt(new URL('/', url).href);
    await expect.poll(() => text(stranger.page, 'live-sentence'), isThere).toMatch(/^step/);
    expect(await stranger.page.locator('#stop').isVisible()).toBe(false);
    const { page, said } = await openAt(url);
    await expect.poll(() => text(page, 'live-answered'), isThere).toMatch(/^[\d.]+$/);
    await page.locator('#stop').click();
    await page.waitForURL(/report\.html$/, isThere);
    expect((await end).code).toBe(130);
    expect(await page.title()).toMatch(/^stopped: partial/);
    expect(readResult(join(directory, 'stopped')).failure?.message).toBe('stopped from the live page');
    expect(said).toEqual([]);
  });
});
