import { expect, it } from 'vitest';
import { linearScale, ratioScale } from '../../../src/report/html/svg-scale.ts';

it('places values evenly, the larger further on', () => {
  const { at, ticks } = linearScale([500, 1000, 2000], 0, 100);
  expect(at(1000) - at(500)).toBeCloseTo((at(2000) - at(1000)) / 2);
  expect(at(2000)).toBeLessThan(100);
  expect(ticks).toEqual([0, 500, 1000, 1500, 2000]);
});

it('places equal ratios at equal distances', () => {
  const { at, ticks } = ratioScale([1, 100], 300, 0);
  expect(at(10) - at(1)).toBeCloseTo(at(100) - at(10));
  expect(at(100)).toBeLessThan(at(1));
  expect(ticks).toEqual([1, 2, 5, 10, 20, 50, 100]);
});

it('has ticks where all values are nearly or wholly the same', () => {
  for (const scale of [
    linearScale([640, 640], 0, 100),
    linearScale([640, 641], 0, 100),
    ratioScale([640, 650], 0, 100),
  ]) {
    expect(scale.ticks.length).toBeGreaterThanOrEqual(1);
    expect(Number.isFinite(scale.at(640))).toBe(true);
  }
});

it('of nothing but zeros has no values below them', () => {
  const { at, ticks } = linearScale([0, 0], 100, 0);
  expect(at(0)).toBe(100);
  expect(ticks.every((tick) => tick >= 0)).toBe(true);
});

it('puts what has no place on a scale of ratios at its edges', () => {
  const { at, ticks } = ratioScale([0, 5, 500, Number.POSITIVE_INFINITY], 100, 0);
  expect(ticks).toEqual([5, 10, 20, 50, 100, 200, 500]);
  expect([at(0), at(Number.POSITIVE_INFINITY)]).toEqual([100, 0]);
  expect(ratioScale([0], 100, 0).ticks.length).toBeGreaterThan(0);
});
