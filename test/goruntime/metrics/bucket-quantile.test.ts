import { expect, test } from 'vitest';
import { quantileBounds } from '../../../src/goruntime/metrics/bucket-quantile.ts';

const buckets = (...counts: number[]) =>
  counts.map((count, index) => ({ upperBound: [0.001, 0.01, 0.1, Number.POSITIVE_INFINITY][index] ?? 0, count }));
const empty = buckets(0, 0, 0, 0);

test('a quantile is known only as the bucket it lies in', () => {
  expect(quantileBounds(empty, buckets(90, 99, 100, 100), 0.5)).toEqual({ over: 0, atMost: 0.001 });
  expect(quantileBounds(empty, buckets(90, 99, 100, 100), 0.99)).toEqual({ over: 0.001, atMost: 0.01 });
});

test('only what was observed between the looks counts', () => {
  expect(quantileBounds(buckets(90, 90, 90, 90), buckets(90, 91, 92, 92), 0.99)).toEqual({ over: 0.01, atMost: 0.1 });
});

test('beyond the last finite bucket there is no upper bound', () => {
  expect(quantileBounds(empty, buckets(0, 0, 0, 3), 0.5)).toEqual({ over: 0.1, atMost: Number.POSITIVE_INFINITY });
});

test.each([
  ['nothing was observed', buckets(5, 5, 5, 5), buckets(5, 5, 5, 5)],
  ['the process restarted', buckets(5, 6, 7, 8), buckets(0, 1, 1, 1)],
  ['the buckets changed', buckets(1, 2), buckets(1, 2, 3, 4)],
  ['a count is no number', empty, buckets(1, Number.NaN, 3, 4)],
])('there is no quantile when %s', (_, before, after) => {
  expect(quantileBounds(before, after, 0.5)).toBeUndefined();
});
