import { expect, it } from 'vitest';
import { exceedanceChance, excessChance } from '../../../src/analysis/statistics/exceedance.ts';

/** All ways in which `ones` of `length` places are taken. */
function* choices(length: number, ones: number): Iterable<readonly boolean[]> {
  for (let bits = 0; bits < 2 ** length; bits++) {
    const places = Array.from({ length }, (_, place) => (bits & (1 << place)) !== 0);
    if (places.filter(Boolean).length === ones) yield places;
  }
}

it.each([
  [5, 1, 4, 2],
  [6, 2, 4, 3],
  [7, 3, 3, 1],
  [3, 1, 6, 6],
])('counts the orders in which %i before (rank %i) and %i after stand: %i above', (before, rank, after, exceeding) => {
  // Read from the top: which of all values are of the time after.
  const orders = [...choices(before + after, after)];
  const hits = orders.filter((isAfter) => {
    let [seenBefore, above] = [0, 0];
    for (const each of isAfter) {
      if (!each && ++seenBefore === rank) break;
      if (each) above++;
    }
    return above >= exceeding;
  });
  expect(exceedanceChance(before, rank, after, exceeding)).toBeCloseTo(hits.length / orders.length, 10);
});

it.each([
  [6, 1, 5, 3],
  [8, 0, 4, 2],
  [4, 2, 7, 2],
])(
  'counts the ways in which losses fall: %i with %i before, %i with %i after',
  (before, unusualBefore, after, unusualAfter) => {
    const ways = [...choices(before + after, unusualBefore + unusualAfter)];
    const hits = ways.filter((isLost) => isLost.slice(before).filter(Boolean).length >= unusualAfter);
    expect(excessChance({ before, unusualBefore, after, unusualAfter })).toBeCloseTo(hits.length / ways.length, 10);
  },
);

it('stays exact where numbers are large, and says nothing where nothing is unusual', () => {
  // One of a million falls into the half that is after.
  expect(excessChance({ before: 500_000, unusualBefore: 0, after: 500_000, unusualAfter: 1 })).toBeCloseTo(0.5, 9);
  expect(exceedanceChance(300, 1, 300, 1)).toBeCloseTo(0.5, 9);
  expect(exceedanceChance(300, 1, 300, 0)).toBe(1);
  expect(excessChance({ before: 10, unusualBefore: 3, after: 10, unusualAfter: 0 })).toBe(1);
});
