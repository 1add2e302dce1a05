/** Percentages as people read them. */
import { expect, it } from 'vitest';
import { formatPercent, formatShare, formatSignedPercent } from '../../src/model/units.ts';

it.each([
  [0, '0 %', '+0 %'],
  [12.345, '12.3 %', '+12.3 %'],
  [-0.0512, '-0.051 %', '−0.051 %'],
  [-1234.6, '-1,235 %', '−1,235 %'],
])('%d: %s, as a change %s', (percent, plain, signed) => {
  expect(formatPercent(percent)).toBe(plain);
  expect(formatSignedPercent(percent)).toBe(signed);
});

it('a share of one is a hundred times as many percent', () => {
  expect([0.05, 0.001, 1].map(formatShare)).toEqual(['5 %', '0.1 %', '100 %']);
});
