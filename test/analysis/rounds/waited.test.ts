/** Times to wait for: one that never ended is longer than any, and never a number. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testable, waitedRatio } from '../../../src/analysis/rounds/waited.ts';
import type { Waited } from '../../../src/model/arm-faults.ts';

const took = (us: number): Waited => ({ kind: 'took', us });
const [none, never, unknown] = (['none', 'never', 'unknown'] as const).map((kind): Waited => ({ kind }));

describe('waitedRatio', () => {
  it('is the logarithm of one time over another', () => {
    expect(waitedRatio(took(2e6), took(1e6))).toBeCloseTo(Math.log(2));
  });

  it('puts what never ended beyond every time, and nothing to wait for before every time', () => {
    expect(waitedRatio(never!, took(1e12))).toBe(Number.POSITIVE_INFINITY);
    expect(waitedRatio(took(1e12), never!)).toBe(Number.NEGATIVE_INFINITY);
    expect(waitedRatio(none!, took(1))).toBe(Number.NEGATIVE_INFINITY);
    expect(waitedRatio(never!, none!)).toBe(Number.POSITIVE_INFINITY);
    expect(waitedRatio(none!, none!)).toBe(0);
  });

  it('says nothing where one is not known, or neither ended', () => {
    for (const other of [took(1), none!, never!, unknown!]) {
      expect(waitedRatio(unknown!, other)).toBeNaN();
      expect(waitedRatio(other, unknown!)).toBeNaN();
    }
    expect(waitedRatio(never!, never!)).toBeNaN();
  });
});

describe('testable', () => {
  const value = fc.oneof(
    fc.double({ min: -10, max: 10, noNaN: true }),
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0),
  );

  it('leaves finite values as they are', () => {
    expect(testable([0.5, -1, 2])).toEqual([0.5, -1, 2]);
  });

  it('gives what is infinite the highest rank with its sign, and what is not known none', () => {
    expect(testable([Number.POSITIVE_INFINITY, 0.1, -0.2, Number.NaN])).toEqual([3, 1, -2, 0]);
  });

  it('turns its sign with the value, and nothing else of it: what a sign-flip test rests on', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 20 }), (given) => {
        const before = testable(given.map(([each]) => each));
        const after = testable(given.map(([each, isFlipped]) => (isFlipped ? -each : each)));
        for (const [index, [, isFlipped]] of given.entries())
          expect(after[index]! + 0).toBe((isFlipped ? -before[index]! : before[index]!) + 0);
      }),
    );
  });

  it('makes finite numbers of everything', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), (given) => {
        expect(testable(given).every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
