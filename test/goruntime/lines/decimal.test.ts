import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal } from '../../../src/goruntime/lines/decimal.ts';

const digits = fc.stringMatching(/^\d{1,15}$/);
const decimals = fc.tuple(digits, fc.option(fc.stringMatching(/^\d{1,9}$/), { nil: undefined }));

test('digits with or without a fraction are the number that the language reads in them', () => {
  fc.assert(
    fc.property(decimals, ([whole, fraction]) => {
      const text = fraction === undefined ? whole : `${whole}.${fraction}`;
      expect(decimal(text)).toBe(Number(text));
    }),
    { numRuns: 2000 },
  );
});

test('a group that took no part in a match is not a number', () => {
  expect(decimal(undefined)).toBeNaN();
});
