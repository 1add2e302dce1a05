import { expect, test } from 'vitest';
import { parseFloatOfGo } from '../../../src/goruntime/metrics/go-float.ts';

test.each([
  ['42', 42],
  ['+42', 42],
  ['-.5', -0.5],
  ['1.', 1],
  ['4.2e+01', 42],
  ['1E3', 1000],
  ['1e-400', 0],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-INF', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
])('%s is a number', (text, value) => expect(parseFloatOfGo(text)).toBe(value));

test.each(['0x2A', '0x1p-3', '1_000', '1,5', '+nan', '1e400', '', '.', '1e', '--1', 'infinite', '0b1', '١'])(
  '%j is none',
  (text) => expect(parseFloatOfGo(text)).toBeUndefined(),
);
