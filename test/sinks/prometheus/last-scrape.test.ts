import { expect, it } from 'vitest';
import { createLastScrape } from '../../../src/sinks/prometheus/last-scrape.ts';

/** How long it waits at the end of a run that was scraped at these times. */
function waitOf(timesMs: readonly number[], keepMs?: number): number {
  let now = 0;
  const scrapes = createLastScrape(keepMs, () => now);
  for (const time of timesMs) {
    now = time;
    scrapes.scraped();
  }
  scrapes.end();
  return scrapes.waitMs;
}

it.each([
  ['nobody scraped', [], undefined, 0],
  ['somebody scraped once, as long as is usual', [500], undefined, 20_000],
  ['somebody scraped often, half again as long as that was apart', [0, 5000, 10_000, 14_000], undefined, 7500],
  ['scrapes were far apart, not for ever', [0, 600_000], undefined, 90_000],
  ['the user says how long', [0, 5000], 1000, 1000],
  ['the user says how long, though nobody scraped', [], 1000, 1000],
  ['the user will not wait', [0, 5000], 0, 0],
])('where %s', (_, times, keepMs, waitMs) => {
  expect(waitOf(times, keepMs)).toBe(waitMs);
});

it('waits no longer than for the first scrape after the end', async () => {
  const scrapes = createLastScrape(3_600_000, () => 0);
  scrapes.end();
  expect(scrapes.isAwaited).toBe(true);
  scrapes.scraped();
  expect(scrapes.isAwaited).toBe(false);
  await scrapes.last();
});
