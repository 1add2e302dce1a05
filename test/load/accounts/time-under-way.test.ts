import { expect, it } from 'vitest';
import { createTimesUnderWay } from '../../../src/load/accounts/time-under-way.ts';

it('counts requests times time, since each was due and whoever else is under way', () => {
  const times = createTimesUnderWay();
  times.began(0, 1000, 1000);
  times.began(0, 1500, 2000);
  times.ended(0, 3000);
  times.ended(0, 4000);
  // One from 1,000 to 3,000, one from 1,500 to 4,000: which of them is which makes no difference.
  expect(times.take(9000)).toEqual([[0, 4500]]);
});

it('tells what was not told yet, of each step, and leaves out steps without any', () => {
  const times = createTimesUnderWay();
  times.began(0, 0, 0);
  expect(times.take(100)).toEqual([[0, 100]]);
  times.began(1, 150, 150);
  expect(times.take(200)).toEqual([
    [0, 100],
    [1, 50],
  ]);
  times.ended(0, 200);
  expect(times.take(300)).toEqual([[1, 100]]);
});

it('loses nothing to rounding', () => {
  const times = createTimesUnderWay();
  times.began(0, 0, 0);
  const told = Array.from({ length: 1000 }, (_, index) => times.take((index + 1) * 0.4)[0]?.[1] ?? 0);
  expect(told.reduce((sum, us) => sum + us, 0)).toBe(400);
});
