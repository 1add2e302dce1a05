import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coresText, readQuantity } from '../../../src/topology/kubernetes/quantity.ts';

it.each([
  ['500m', 0.5],
  ['2', 2],
  [2, 2],
  ['0.25', 0.25],
  ['.5', 0.5],
  ['64Mi', 64 * 2 ** 20],
  ['1G', 1e9],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['1e3', 1000],
  ['12E', 12e18],
  ['100n', 1e-7],
])('%s is %d', (text, amount) => {
  expect(readQuantity(text)).toBeCloseTo(amount, 12);
});

it.each(['', 'm', '1 Gi', '1KiB', '64mi', '1e', 'constructor', 'Infinity'])('%j is no amount', (text) => {
  expect(readQuantity(text)).toBeUndefined();
});

it('reads cores as they are written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 512_000 }), (milli) => {
      expect(readQuantity(coresText(milli / 1000))).toBeCloseTo(milli / 1000, 9);
    }),
  );
});
