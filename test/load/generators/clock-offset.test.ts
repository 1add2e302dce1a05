import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offsetBy } from '../../../src/load/generators/clock-offset.ts';

const us = { min: 0, max: 50_000, noNaN: true };

it('is never further from the truth than it says, however unevenly the way is long', () => {
  const way = fc.tuple(fc.double(us), fc.double(us), fc.double(us));
  const offset = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(offset, fc.array(way, { minLength: 1, maxLength: 20 }), (trueUs, ways) => {
      const exchanges = ways.map(([there, thinking, back], index) => {
        const askedUs = index * 1e6;
        const heardUs = askedUs + there + trueUs;
        return { askedUs, heardUs, saidUs: heardUs + thinking, answeredUs: askedUs + there + thinking + back };
      });
      const found = offsetBy(exchanges);
      const rounding = 0.01;
      expect(Math.abs((found?.offsetUs ?? Number.NaN) - trueUs)).toBeLessThanOrEqual(
        (found?.uncertaintyUs ?? 0) + rounding,
      );
      const quickest = Math.min(...ways.map(([there, , back]) => there + back));
      expect(found?.uncertaintyUs).toBeCloseTo(quickest / 2, 1);
    }),
  );
});

it('is not known without an exchange', () => {
  expect(offsetBy([])).toBeUndefined();
});
