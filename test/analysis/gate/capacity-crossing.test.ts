import { expect, it } from 'vitest';
import { capacityAt } from '../../../src/analysis/gate/capacity-crossing.ts';

const ramp = (p99sMs: readonly number[]) => p99sMs.map((ms, index) => ({ rps: 100 * (index + 1), p99Us: ms * 1000 }));

it('lies where the line between two steps crosses the limit, in logarithms', () => {
  expect(capacityAt(ramp([1, 10, 1000]), 100_000)?.rps).toBeCloseTo(250, 9);
});

it('is said to be beyond the ramp where the limit is not reached in it', () => {
  expect(capacityAt(ramp([1, 2, 3]), 50_000)).toEqual({ rps: 300, censored: 'above' });
  expect(capacityAt(ramp([60, 70, 80]), 50_000)).toEqual({ rps: 100, censored: 'below' });
  expect(capacityAt([], 50_000)).toBeUndefined();
});

it('takes a dip for noise: more load is not faster', () => {
  expect(capacityAt(ramp([1, 60, 10, 500]), 50_000)?.rps).toBeCloseTo(
    capacityAt(ramp([1, Math.sqrt(600), Math.sqrt(600), 500]), 50_000)?.rps ?? 0,
    9,
  );
});

it('does not mind the order of the steps', () => {
  expect(capacityAt(ramp([1, 10, 1000]).reverse(), 100_000)?.rps).toBeCloseTo(250, 9);
});
