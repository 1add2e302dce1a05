/** The middle of some numbers, in either meaning. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { medianOf, medianOfSorted, upperMedianOf } from '../../src/model/median.ts';

it.each([
  [[], Number.NaN, 0],
  [[7], 7, 7],
  [[9, 1], 5, 9],
  [[100, 9, 10], 10, 10],
  [[4, 1, 3, 2], 2.5, 3],
  [[-1, -3], -2, -1],
])('of %j: %d, and with the greater of two %d', (values, mean, upper) => {
  expect(medianOf(values)).toBe(mean);
  expect(upperMedianOf(values)).toBe(upper);
});

it('has at most half of the values below it and at most half above, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const [middle, upper] = [medianOf(values), upperMedianOf(values)];
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values).toContain(upper);
      expect(upper).toBeGreaterThanOrEqual(middle);
      expect(medianOfSorted(Float64Array.from(values).sort())).toBe(middle);
    }),
  );
});
