import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalsOf } from '../../../src/traffic/logs/arrivals.ts';

function arrivals(stamps: readonly number[], took: readonly number[]) {
  return arrivalsOf({ stampS: Float64Array.from(stamps), tookS: Float64Array.from(took) }, 1);
}

describe('arrivals', () => {
  it('began as long before their stamps as they took, and are in that order', () => {
    const { order, atS, isSpread } = arrivals([100.5, 100.75, 101.25], [0, 0.5, 0.25]);
    expect([...order]).toEqual([1, 0, 2]);
    expect([...atS]).toEqual([100.25, 100.5, 101]);
    expect(isSpread).toBe(false);
  });

  it('stay where they are stamped when nobody knows how long they took, and are counted', () => {
    const { atS, atEnd } = arrivals([100.5, 101.5], [Number.NaN, 0.5]);
    expect([...atS]).toEqual([100.5, 101]);
    expect(atEnd).toBe(1);
  });

  it('of whole seconds are spread within them, and never beyond', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1000, max: 1010 }), { minLength: 2, maxLength: 500 }), (stamps) => {
        const { atS, order, isSpread } = arrivals(
          stamps,
          stamps.map(() => 0),
        );
        expect(isSpread).toBe(true);
        for (const [at, nth] of order.entries()) expect(Math.floor(atS[at] ?? 0)).toBe(stamps[nth]);
        expect([...atS]).toEqual([...atS].sort((a, b) => a - b));
      }),
    );
  });

  it('of one whole second are no burst at its beginning', () => {
    const { atS } = arrivals(Array(2000).fill(1000), Array(2000).fill(0));
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => atS.filter((at) => Math.floor((at - 1000) * 10) === tenth).length,
    );
    // Five standard deviations of the binomial around 200.
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(67);
    expect(new Set(atS).size).toBeGreaterThan(1990);
  });

  it('of one second keep the order of their lines', () => {
    expect([...arrivals([7, 7, 7, 6], [0, 0, 0, 0]).order]).toEqual([3, 0, 1, 2]);
  });
});
