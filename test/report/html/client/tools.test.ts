import { expect, it } from 'vitest';
import { steppedNumber } from '../../../../src/report/html/client/tools.ts';

it.each([
  [
    [100, 100.25, 100.5, 100.75],
    ['100', '100.25', '100.5', '100.75'],
  ],
  [
    [1200, 1200.5, 1201],
    ['1,200', '1,200.5', '1,201'],
  ],
  [
    [0, 2.5, 5],
    ['0', '2.5', '5'],
  ],
  [
    [120, 120.01, 120.02],
    ['120', '120.01', '120.02'],
  ],
  [
    [-0.2, -1e-17, 0.2],
    ['-0.2', '0', '0.2'],
  ],
  [
    [0, 500_000, 1_000_000],
    ['0', '500,000', '1,000,000'],
  ],
])('of %j each is told from the next', (splits, texts) => {
  const step = Number(splits[1]) - Number(splits[0]);
  expect(splits.map((split) => steppedNumber(split, step))).toEqual(texts);
});
