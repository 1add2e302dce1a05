/** The page of a real run while it goes on, in a real browser. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { leaveNothing, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { accessFaults } from './access-faults.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';

describeInBrowser('the page of a run that goes on', (_, openAt) => {
  const directory = workDirectory();
  leaveNothing();

  /** A service that a run waits for until it is told to be ready. */
  async function startService() {
    let isReady = false;
    const server = createServer((_, response) => response.writeHead(isReady ? 200 : 503).end('go_goroutines 7\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const becomeReady = () => {
      isReady = true;
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, becomeReady };
  }

  /** Starts a run that begins its load when its service is ready, and says where its page is. */
  async function startRun(name: string, lastFor: string) {
    const { url: service, becomeReady } = await startService();
    writeFileSync(
      join(directory, `${name}.yaml`),
      `name: ${name}
topology: { engine: external, ready: 10m, targets: [{ name: api, metrics: "${service}/metrics" }] }
target: { url: "${service}/" }
load: { idle: 500ms, steps: [{ name: first, rate: 50/s, for: 1s }, { name: second, rate: 50/s, for: ${lastFor} }] }
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
    return { ...run, becomeReady, url: /live page: (\S+)/.exec(told)?.[1] ?? '' };
  }

  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent();

  it('shows what has happened so far, to everybody and on any screen', async () => {
    const { url, becomeReady } = await startRun('shown', '10m');
    becomeReady();
    for (const width of [1400, 700]) {
      const { page, said } = await openAt(url, { width });
      await expect.poll(() => text(page, 'live-sentence')).toBe('step second, 2 of 2');
      await expect.poll(() => text(page, 'live-answered')).toMatch(/^[\d.]+$/);
      await expect.poll(() => page.locator('figure canvas').count()).toBeGreaterThanOrEqual(3);
      expect(await page.locator('#live-steps tr').count()).toBe(2);
      expect(await page.evaluate(layoutFaults)).toEqual([]);
      expect(await accessFaults(page)).toEqual([]);
      expect(await said()).toEqual([]);
    }
  });

  it('becomes its report, and keeps that when the command has ended', async () => {
    const { url, becomeReady, end } = await startRun('whole', '1s');
    const both = [await openAt(url), await openAt(url, { width: 700 })];
    for (const { page } of both) await expect.poll(() => text(page, 'live-time')).toContain('since the start');
    becomeReady();
    for (const { page } of both) await page.waitForURL(/report\.html$/);
    const { code } = await end;
    const { validity } = readResult(join(directory, 'whole'));
    expect(code).toBe(validity.verdict === 'valid' ? 0 : 4);
    for (const { page, said } of both) {
      // What a busy machine had not answered by then has a row of its own.
      const steps = page.locator('#steps tbody tr:not(.drain) th');
      expect(await steps.allTextContents()).toEqual(['first', 'second']);
      expect(await page.title()).toBe(`whole: ${validity.verdict}`);
      expect(await said()).toEqual([]);
    }
  });

  it('stops it for who has its address, and shows what was measured', async () => {
    const { url, becomeReady, end } = await startRun('stopped', '10m');
    becomeReady();
    const stranger = await openAt(new URL('/', url).href);
    await expect.poll(() => text(stranger.page, 'live-sentence')).toMatch(/^step/);
    expect(await stranger.page.locator('#stop').isVisible()).toBe(false);
    const { page, said } = await openAt(url);
    await expect.poll(() => text(page, 'live-answered')).toMatch(/^[\d.]+$/);
    await page.locator('#stop').click();
    await page.waitForURL(/report\.html$/);
    expect((await end).code).toBe(130);
    expect(await page.title()).toMatch(/^stopped: partial/);
    expect(readResult(join(directory, 'stopped')).failure?.message).toBe('stopped from the live page');
    expect(await said()).toEqual([]);
  });
});
