import { expect, it } from 'vitest';
import { slowRequestText } from '../../../src/analysis/findings/slow-request.ts';
import type { StepResult } from '../../../src/model/run-result.ts';

const request = (name: string, count: number, meanUs: number) => ({
  name,
  ...{ planned: count, completed: count, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 },
  responseUs: {
    count,
    mean: meanUs,
    p50: meanUs,
    p90: meanUs,
    p95: meanUs,
    p99: 2 * meanUs,
    p999: meanUs,
    max: meanUs,
  },
});
const step = (name: string, planned: number, requests: readonly ReturnType<typeof request>[] | undefined) =>
  ({ name, load: { planned }, ...(requests && { requests }) }) as unknown as StepResult;

it('names the request that a slow step waits longer for, by time and not by its own latency', () => {
  const low = step('low', 100, [
    request('buy/login', 100, 1000),
    request('buy/cart', 100, 2000),
    request('rare', 1, 90_000),
  ]);
  const high = step('high', 200, [
    request('buy/login', 200, 1500),
    request('buy/cart', 200, 9000),
    request('rare', 2, 95_000),
  ]);
  expect(slowRequestText(high, low)).toBe(
    'high: 93 % of what is waited longer is for buy/cart, response p99 18 ms, 4 ms at low',
  );
});

it('names none where there is one request, none that grew, or none that most of it is for', () => {
  expect(slowRequestText(step('high', 1, undefined), step('low', 1, undefined))).toBeUndefined();
  expect(slowRequestText(step('high', 1, [request('a', 1, 5)]), step('low', 1, [request('a', 1, 1)]))).toBeUndefined();
  const low = step(
    'low',
    10,
    ['a', 'b', 'c'].map((name) => request(name, 10, 1000)),
  );
  expect(slowRequestText(low, low)).toBeUndefined();
  const evenly = step(
    'high',
    10,
    ['a', 'b', 'c'].map((name) => request(name, 10, 3000)),
  );
  expect(slowRequestText(evenly, low)).toBeUndefined();
});
