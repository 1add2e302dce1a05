/** Flame graphs as a reader uses them: zoomed, searched, walked by keyboard, and held against those of another step. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { emptyResult } from '../golden/sample-result.ts';
import { describeInBrowser } from './open-page.ts';
import { recordedResult, reportPage } from './pages.ts';

type Flame = NonNullable<RunResult['steps'][number]['hot']>[number]['flame'];

/** Two steps of 100 and of 200 answered requests, each with a CPU profile of its whole second. */
function profiled(low: Flame, high: Flame): string {
  const result = emptyResult();
  const [step] = result.steps;
  const of = (name: string, flame: Flame, answers: number) => {
    const total = flame.reduce((sum, [depth, , value]) => (depth === 0 ? sum + value : sum), 0);
    const hot = {
      service: 'shop',
      type: 'cpu' as const,
      unit: 'nanoseconds',
      replicas: 1,
      windowUs: 1e6,
      total,
      functions: [],
      flame,
    };
    return { ...step!, name, load: { ...step!.load, completedRps: answers }, profiles: [], hot: [hot] };
  };
  return reportPage({ ...result, steps: [of('low', low, 100), of('high', high, 200)] });
}

const sample = 1e7;
const low: Flame = [
  [0, 'main.serve', 100 * sample],
  [1, 'shop.Sort', 20 * sample],
  [1, 'shop.Parse', 40 * sample],
  [1, 'shop.Old', 30 * sample],
  [1, 'shop.Few', 4 * sample],
];
const high: Flame = [
  [0, 'main.serve', 300 * sample],
  [1, 'shop.Sort', 160 * sample],
  [2, 'shop.less', 60 * sample],
  [1, 'shop.Parse', 80 * sample],
  [1, 'shop.Few', 9 * sample],
];

const box = (page: Page, name: string) =>
  page.locator('#step-1 .flame').getByRole('treeitem', { name: new RegExp(`^${name.replace('.', '\\.')}:`) });
const widthOf = async (page: Page, name: string) => (await box(page, name).boundingBox())?.width ?? 0;

describeInBrowser('a flame graph', (open) => {
  it('is zoomed by a click and by Enter, and walked by arrows', async () => {
    const { page, said } = await open(profiled(low, high), { hash: '#step-1' });
    const whole = await widthOf(page, 'main.serve');
    expect((await widthOf(page, 'shop.Sort')) / whole).toBeCloseTo(160 / 300, 2);
    await box(page, 'shop.Sort').click();
    await expect.poll(() => widthOf(page, 'shop.Sort')).toBeCloseTo(whole, 0);
    await expect.poll(() => widthOf(page, 'main.serve')).toBeCloseTo(whole, 0);
    await expect.poll(() => box(page, 'shop.Parse').isVisible()).toBe(false);
    await page.locator('#step-1').getByRole('button', { name: 'Whole graph' }).click();
    await box(page, 'main.serve').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => widthOf(page, 'shop.Parse')).toBeCloseTo(whole, 0);
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await widthOf(page, 'shop.Parse')) / whole).toBeCloseTo(80 / 300, 2);
    expect(await said()).toEqual([]);
  });

  it('says how much of it a search matches, and counts no call twice', async () => {
    const { page } = await open(profiled(low, high), { hash: '#step-1' });
    const part = page.locator('#step-1 .flame-part');
    await part.getByRole('searchbox').fill('S');
    await expect.poll(() => part.getByRole('status').textContent()).toBe('100.0 % matched');
    await part.getByRole('searchbox').fill('less');
    await expect.poll(() => part.getByRole('status').textContent()).toBe('20.0 % matched');
    await expect.poll(() => part.locator('[data-hit]').count()).toBe(1);
  });
});

describeInBrowser('the difference of two steps', (open) => {
  it('is for each request, tells growth from chance, and names what is new and gone', async () => {
    const { page, said } = await open(profiled(low, high));
    const changes = await page
      .locator('.difference [role="treeitem"]')
      .evaluateAll((all) => all.map((each) => `${each.className} ${each.getAttribute('data-name')}`));
    expect(changes).toEqual([
      'grown main.serve',
      'grown shop.Sort',
      'new shop.less',
      'same shop.Parse',
      'gone shop.Old',
      'same shop.Few',
    ]);
    expect(await page.locator('#compare-profiles tbody tr').first().textContent()).toMatch(
      /grown2000 us8000 usshop\.Sort/,
    );
    expect(await said()).toEqual([]);
  });

  it('of a step with itself is nothing', async () => {
    const { page } = await open(profiled(low, high));
    await page.getByLabel('Step before').selectOption('high');
    await expect
      .poll(() => page.locator('#compare-profiles').textContent())
      .toContain('Nothing changed beyond chance.');
    await expect.poll(() => page.locator('.difference .same').count()).toBe(high.length);
  });
});

describeInBrowser('the table of a profile', (open) => {
  it('is sorted by a click on a head, and says by which', async () => {
    const { page, said } = await open(reportPage(await recordedResult()), { hash: '#step-2' });
    const hot = page.locator('#step-2 .hot').first();
    const column = (at: number) =>
      hot
        .locator('tbody tr')
        .evaluateAll((rows, place) => rows.map((row) => row.children[place]?.textContent ?? ''), at);
    const sortedBy = () => hot.locator('[aria-sort]').allTextContents();
    await hot.getByRole('button', { name: 'cum' }).click();
    await expect.poll(sortedBy).toEqual(['cum']);
    const shares = (await column(1)).map(Number.parseFloat);
    expect(shares).toEqual(shares.toSorted((one, other) => other - one));
    expect(shares.length).toBeGreaterThan(5);
    await hot.getByRole('button', { name: 'function' }).click();
    await expect.poll(sortedBy).toEqual(['function']);
    const names = await column(2);
    expect(names).toEqual(names.toSorted());
    expect(await said()).toEqual([]);
  });
});
