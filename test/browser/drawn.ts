/** Waits for what a page does on its next frames. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Resolves when it has drawn what was asked of it: charts have their size, and what a frame was to end has ended. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((resolve) => void requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

/** Gives it another width, and resolves when it is laid out in it. */
export async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
  await drawn(page);
}
