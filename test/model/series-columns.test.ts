import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstFrom, nearestTo } from '../../src/model/series-columns.ts';

const moments = fc
  .array(fc.integer({ min: -50, max: 50 }), { maxLength: 30 })
  .map((all) => all.toSorted((a, b) => a - b));
const moment = fc.integer({ min: -60, max: 60 });

it('finds the first moment that is not before another, as a search from the start does', () => {
  fc.assert(
    fc.property(moments, moment, (atUs, us) => {
      const found = atUs.findIndex((each) => each >= us);
      expect(firstFrom(atUs, us)).toBe(found < 0 ? atUs.length : found);
    }),
  );
});

it('finds the first of the moments that are nearest, as a search from the start does', () => {
  fc.assert(
    fc.property(moments, moment, (atUs, us) => {
      const least = Math.min(...atUs.map((each) => Math.abs(each - us)));
      expect(nearestTo(atUs, us)).toBe(atUs.findIndex((each) => Math.abs(each - us) === least));
    }),
  );
});
