import { expect, it } from 'vitest';
import { DrawnRequests } from '../../../src/analysis/traces/drawn-requests.ts';
import type { TracedRequest } from '../../../src/analysis/traces/request-finder.ts';

function request(goroutine: number): TracedRequest {
  return { beginNs: 0, endNs: 1, goroutine, route: undefined, parts: [], ranInstead: [] };
}

function drawn(most: number, of: number): DrawnRequests {
  const requests = new DrawnRequests(most);
  for (let number = 0; number < of; number++) requests.take(request(number));
  return requests;
}

it('keeps all as long as they are no more than may be held', () => {
  const { found, kept } = drawn(5, 5);
  expect(found).toBe(5);
  expect(kept.map(({ goroutine }) => goroutine)).toEqual([0, 1, 2, 3, 4]);
});

it('keeps as many as may be held of more, early ones and late ones alike, and counts all', () => {
  const { found, kept } = drawn(1000, 100_000);
  expect(found).toBe(100_000);
  expect(new Set(kept.map(({ goroutine }) => goroutine)).size).toBe(1000);
  const early = kept.filter(({ goroutine }) => goroutine < 50_000).length;
  // Four standard deviations of 1,000 throws of a coin.
  expect(Math.abs(early - 500)).toBeLessThan(64);
});
