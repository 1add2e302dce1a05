/** The arithmetic of the memory benchmark on numbers whose answers are known. */
import { expect, it } from 'vitest';
import { growthBetweenThirds, type Look } from './judge.ts';

const looks = (bytes: (atS: number) => number): Look[] => Array.from({ length: 100 }, (_, atS) => [atS, bytes(atS)]);

it('finds no growth in what goes up and down', () => {
  expect(
    growthBetweenThirds(
      looks((atS) => 100 + (atS % 3)),
      10,
      70,
    ),
  ).toBe(0);
});

it('finds what is kept: two thirds of it fall between the middles of the thirds', () => {
  expect(
    growthBetweenThirds(
      looks((atS) => 5 * atS),
      10,
      70,
    ),
  ).toBe(5 * 40);
});

it('leaves out what was before and after', () => {
  expect(
    growthBetweenThirds(
      looks((atS) => (atS < 10 || atS >= 70 ? 900 : 7)),
      10,
      70,
    ),
  ).toBe(0);
});

it('does not guess where there are no looks', () => {
  expect(growthBetweenThirds([[11, 5]], 10, 70)).toBeUndefined();
});
