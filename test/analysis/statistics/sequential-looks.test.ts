import { expect, it } from 'vitest';
import {
  defaultLooks,
  leastRounds,
  looksWithin,
  plannedLooks,
} from '../../../src/analysis/statistics/sequential-looks.ts';

const spent = (looks: readonly { alpha: number }[]) => looks.reduce((sum, { alpha }) => sum + alpha, 0);

it('spends 1.5, 1.5 and 2 percent at 8, 12 and 16 rounds', () => {
  expect(plannedLooks(defaultLooks, 0.05)).toEqual([
    { rounds: 8, alpha: 0.015, beta: 0.015, isLast: false },
    { rounds: 12, alpha: 0.015, beta: 0.015, isLast: false },
    { rounds: 16, alpha: 0.020000000000000004, beta: 0.020000000000000004, isLast: true },
  ]);
});

it.each([[[10]], [[8, 12]], [[16, 8, 24, 12, 8]]])('never spends more than it may, at looks %j', (rounds) => {
  const looks = plannedLooks(rounds, 0.05);
  expect(spent(looks)).toBeCloseTo(0.05, 12);
  expect(looks.map((look) => look.rounds)).toEqual([...new Set(rounds)].sort((a, b) => a - b));
});

it('knows how many rounds a level needs at least', () => {
  expect([0.5, 0.05, 0.015, 1 / 256].map(leastRounds)).toEqual([1, 5, 7, 8]);
});

it('looks once more when the budget ends between two looks, with what the next one would have spent', () => {
  const looks = plannedLooks(defaultLooks, 0.05);
  expect(looksWithin(looks, 10).map(({ rounds, isLast }) => [rounds, isLast])).toEqual([
    [8, false],
    [10, true],
  ]);
  expect(spent(looksWithin(looks, 10))).toBeCloseTo(0.03, 12);
  expect(looksWithin(looks, 8).map(({ rounds, isLast }) => [rounds, isLast])).toEqual([[8, true]]);
  expect(looksWithin(looks, 99)).toEqual(looks);
});

it('does not look at all before anything can be shown', () => {
  const looks = plannedLooks(defaultLooks, 0.05);
  expect(looksWithin(looks, 6)).toEqual([]);
  expect(looksWithin(looks, 7).map(({ rounds }) => rounds)).toEqual([7]);
});
