/** The charts as a reader uses them: followed from a link, read by keyboard, printed. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { chartFragment } from '../../src/report/html/chart-link.ts';
import { sampleResult } from '../golden/sample-result.ts';
import { drawn } from './drawn.ts';
import { describeInBrowser } from './open-page.ts';
import { queuedResult, reportPage, resultOfSteps } from './pages.ts';

const text = () => reportPage(sampleResult());
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);
const fragment = (page: Page) => new URL(page.url()).hash;
const isOpen = (page: Page, selector: string) => page.locator(selector).evaluate((each) => each.hasAttribute('open'));
const inSight = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    return top >= 0 && top < innerHeight;
  });

describeInBrowser('a link', (open) => {
  it('to a series brings its chart into sight, with its target on and the stretch of time asked for', async () => {
    const span = { fromS: 20, toS: 40 };
    const hash = `#${chartFragment('downstream-3', 'sched.runqueue', span)}`;
    const { page, said } = await open(text(), { hash });
    await expect.poll(() => focused(page)).toBe('chart-runqueue');
    await expect.poll(() => inSight(page, '#chart-runqueue')).toBe(true);
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await expect.poll(() => fragment(page)).toBe(`#${chartFragment('downstream-3', 'sched.runqueue')}`);
    expect(await said()).toEqual([]);
  });

  it('to a wait reason shows the target of it', async () => {
    const hash = `#${chartFragment('downstream-2', 'goroutines.waiting.select')}`;
    const { page } = await open(text(), { hash });
    await expect.poll(() => focused(page)).toBe('chart-goroutines');
    await expect.poll(() => page.getByLabel('Target of Goroutines by wait reason').inputValue()).toBe('2');
  });

  it('to a series that no chart has adds one', async () => {
    const hash = `#${chartFragment('downstream-1', 'go.go_memstats_alloc_bytes_total')}`;
    const { page } = await open(text(), { hash });
    expect(await page.locator('#explorer figure h4').textContent()).toContain('go.go_memstats_alloc_bytes_total');
    await expect.poll(() => inSight(page, '#explorer figure')).toBe(true);
  });

  it('to a step opens what is known of it, also from the table of steps', async () => {
    const { page } = await open(text(), { hash: '#step-4' });
    await expect.poll(() => isOpen(page, '#step-4')).toBe(true);
    await expect.poll(() => inSight(page, '#step-4')).toBe(true);
    expect(await isOpen(page, '#step-7')).toBe(false);
    await page.locator('a[href="#step-7"]').first().click();
    await expect.poll(() => isOpen(page, '#step-7')).toBe(true);
  });

  it.each([
    '#chart=%E0%A4%A&target=%',
    '#from=9&to=1',
    '#nothing-here',
    '#chart=no.such&target=x',
    '#%3Cimg%20src%3Dx%3E',
  ])('that leads nowhere leaves the page as it is: %s', async (hash) => {
    const { page, said } = await open(reportPage(resultOfSteps(1)), { hash });
    expect(await page.getByRole('button', { name: 'Reset zoom' }).isDisabled()).toBe(true);
    expect(await said()).toEqual([]);
  });
});

describeInBrowser('a chart', (open) => {
  it('is read by keyboard: from moment to moment, closer, and back', async () => {
    const { page, said } = await open(text());
    const chart = page.getByRole('img', { name: /^Rate over time/ });
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    const tip = page.getByRole('status');
    await expect.poll(() => tip.textContent()).toMatch(/^1 s.*planned/);
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => tip.textContent()).toMatch(/^11 s.*200/);
    await page.keyboard.press('+');
    await expect.poll(() => fragment(page)).toMatch(/^#from=[\d.]+&to=[\d.]+$/);
    // Until a zoom is drawn, no other is heard.
    await drawn(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => fragment(page)).toBe('');
    await page.keyboard.press('Tab');
    await expect.poll(() => tip.isVisible()).toBe(false);
    expect(await said()).toEqual([]);
  });

  it('is reached by tabbing from the top, and each stop of the way is seen', async () => {
    const { page } = await open(text());
    const stops: string[] = [];
    for (let at = 0; at < 60 && !stops.includes('plot'); at++) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(() => {
          const at = document.activeElement;
          const { outlineStyle, outlineWidth } = getComputedStyle(at ?? document.body);
          if (outlineStyle === 'none' || outlineWidth === '0px') return `unseen ${at?.outerHTML.slice(0, 80)}`;
          return at?.className || at?.tagName || '';
        }),
      );
    }
    expect(stops.at(-1)).toBe('plot');
    expect(stops.filter((stop) => stop.startsWith('unseen'))).toEqual([]);
  });
});

describeInBrowser('the local run queues', (open) => {
  it('are pictures with a name, on one scale of ink, the others unfolded by a click, without a page too wide', async () => {
    const { page, said } = await open(reportPage(queuedResult()), { width: 700 });
    const part = page.locator('#local-queues');
    const pictures = part.getByRole('img', { name: /^Local run queues of/ }).filter({ visible: true });
    expect(await pictures.count()).toBe(4);
    await part.getByText('Local run queues of 2 more targets').click();
    await expect.poll(() => pictures.count()).toBe(6);
    expect(await part.getByRole('img', { name: /downstream-2.*at most 256, on P1/ }).count()).toBe(1);
    const scale = part.locator('.curves');
    const inkOf = (selector: string) =>
      scale.locator(selector).evaluate((each) => getComputedStyle(each).backgroundColor);
    const [empty, longest] = [await inkOf('.ink >> nth=0'), await inkOf('.ink >> nth=-1')];
    expect(longest).not.toBe(empty);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => inkOf('.ink >> nth=-1')).not.toBe(longest);
    await drawn(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(700);
    expect(await said()).toEqual([]);
  });
});
