/** The pages of a profile server, in a real browser: what is there, flame graphs and differences, whoever named things. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { profilePages } from '../../src/profiles/server/pages.ts';
import { profileOf, sampleOf } from '../goruntime/profile/made-profile.ts';
import { recorded, type TestServer, testServer } from '../profiles/server/server.ts';
import { accessFaults } from './access-faults.ts';
import { resize } from './drawn.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';

const second = 1_000_000_000n;
const origin = 1_559_216_940n * second;
const hostile = '</script><script>alert(1)</script><b onclick="x">\'&';

/** A CPU profile with so many samples of each function. */
function cpuAt(seconds: number, samples: Readonly<Record<string, number>>) {
  const all = Object.entries(samples).map(([name, count]) =>
    sampleOf([name, 'net/http.(*conn).serve'], [BigInt(count), BigInt(count) * 10_000_000n]),
  );
  return profileOf(all, { timeNanos: origin + BigInt(seconds) * second, durationNanos: 10n * second });
}

async function filled(): Promise<TestServer> {
  const server = await testServer({ pages: profilePages('1.2.3') });
  for (const step of [100, 500, 1000])
    for (const instance of ['api-1', 'api-2'])
      await server.put(
        `service=api&type=cpu&labels=step=${step},instance=${instance}`,
        cpuAt(step, { 'encoding/json.Marshal': step, 'main.parse': 200, [`main.only${step}`]: 100 }),
      );
  await server.put('service=loadbalancer&type=cpu', await recorded('loadbalancer-1.02.cpu.pb.gz'));
  await server.put('service=loadbalancer&type=heap', await recorded('loadbalancer-1.02.heap.pb.gz'));
  await server.put('service=loadbalancer&type=trace', Uint8Array.from(Buffer.from('go 1.26 trace')));
  return server;
}

async function named(name: string): Promise<TestServer> {
  const server = await testServer({ pages: profilePages('1.2.3') });
  const service = encodeURIComponent(name);
  for (const step of [1, 2])
    await server.put(
      `service=${service}&type=cpu&labels=${encodeURIComponent(`${service}=${service},step=${step}`)}`,
      cpuAt(step, { [name]: 100 * step, 'main.other': 10 }),
    );
  return server;
}

describeInBrowser('the pages of profiles', (_, openAt) => {
  /** Looks at it as a picture too, where somebody wants to. */
  async function shot(page: Page, name: string) {
    const folder = process.env.RAMPART_SHOTS;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }

  it('lead from what there is to a flame graph and a difference', async () => {
    const server = await filled();
    const { page, said } = await openAt(server.url);
    await shot(page, 'listing');
    expect(await page.getByRole('region', { name: 'By service and type' }).locator('tbody tr').count()).toBe(4);
    const oneByOne = page.getByRole('region', { name: 'One by one' }).locator('tbody tr');
    await page.getByRole('combobox', { name: 'Service' }).selectOption('api');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(({ searchParams }) => searchParams.get('service') === 'api');
    await expect.poll(() => oneByOne.count()).toBe(6);
    await shot(page, 'filtered');
    await page.getByRole('link', { name: 'step=500' }).first().click();
    await expect.poll(() => oneByOne.count()).toBe(2);
    await page.goBack();
    await expect.poll(() => oneByOne.count()).toBe(6);
    await page.getByRole('link', { name: 'flame graph' }).first().click();
    await page.waitForURL(({ pathname }) => pathname === '/flame');
    await shot(page, 'flame');
    const box = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}:`) });
    expect(await box('encoding/json\\.Marshal').getAttribute('title')).toContain(': 32 s, 64.0 %');
    await box('main\\.parse').click();
    await expect.poll(() => box('encoding/json\\.Marshal').isVisible()).toBe(false);
    expect(await page.locator('pre.command').textContent()).toMatch(
      /^go tool pprof -http=: 'http:\/\/127[^']+merge\?service=api[^']*'$/,
    );
    await page.getByLabel('Labels of the base').fill('step=100');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(({ pathname }) => pathname === '/difference');
    expect(await said()).toEqual([]);
    await server.close();
  });

  it('show what has changed, what is new and what is gone', async () => {
    const server = await filled();
    const { page, said } = await openAt(`${server.url}/?service=api`);
    await page.getByRole('link', { name: '100 → 1000' }).click();
    await page.waitForURL(({ pathname }) => pathname === '/difference');
    await shot(page, 'difference');
    const rows = await page
      .getByRole('region', { name: 'Functions' })
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => `${row.children[0]?.textContent} ${row.lastElementChild?.textContent}`));
    expect(rows.slice(0, 3)).toEqual(['grown json.Marshal', 'gone main.only100', 'new main.only1000']);
    expect(rows.slice(3).sort()).toEqual(['grown below http.(*conn).serve', 'same main.parse']);
    const classes = await page
      .getByRole('treeitem')
      .evaluateAll((all) => all.map((each) => `${each.className} ${each.getAttribute('data-name')}`));
    expect(classes).toEqual([
      'grown net/http.(*conn).serve',
      'grown encoding/json.Marshal',
      'same main.parse',
      'new main.only1000',
    ]);
    expect(await said()).toEqual([]);
    await server.close();
  });

  const places = [
    ['what there is', '/'],
    ['nothing', '/?service=nobody'],
    ['a flame graph', '/flame?service=loadbalancer&type=heap&from=2000-01-01T00:00:00&to=2100-01-01T00:00:00'],
    [
      'a difference',
      '/difference?service=api&type=cpu&from=2000-01-01T00:00:00&to=2100-01-01T00:00:00&labels=step=1000&base_labels=step=100',
    ],
    ['a refusal', '/flame?service=api'],
  ] as const;

  it.each(places)('of %s are read by everybody, on any screen', async (name, path) => {
    const server = await filled();
    const { page, said } = await openAt(`${server.url}${path}`);
    for (const [width, colorScheme, judged] of [
      [1400, 'light', 'contrast'],
      [700, 'dark', 'everything'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await resize(page, width);
      await shot(page, `${name.replaceAll(' ', '-')}-${width}`);
      expect(await accessFaults(page, judged)).toEqual([]);
      expect(await page.evaluate(layoutFaults)).toEqual([]);
    }
    // The browser says so itself where a page is answered with an error.
    expect((await said()).filter((text) => !text.includes('status of 400'))).toEqual([]);
    await server.close();
  });

  it.each([hostile, `${'W'.repeat(900)}`, '‮gnp.exe', 'javascript:alert(1)'])(
    'run nothing that %j is called',
    async (name) => {
      const server = await named(name);
      const { page, said } = await openAt(server.url);
      expect(await page.evaluate(layoutFaults)).toEqual([]);
      await page.getByRole('link', { name: '1 → 2' }).click();
      await page.waitForURL(({ pathname }) => pathname === '/difference');
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Difference');
      expect(await page.evaluate(layoutFaults)).toEqual([]);
      await page.goBack();
      await page.waitForURL(({ pathname }) => pathname === '/');
      await page.getByRole('link', { name: 'flame graph' }).first().click();
      await page.waitForURL(({ pathname }) => pathname === '/flame');
      expect(await page.getByRole('treeitem').count()).toBe(3);
      for (const item of await page.getByRole('treeitem').all()) await item.hover();
      expect(await said()).toEqual([]);
      await server.close();
    },
  );
});
