/** The arithmetic of the benchmark on numbers whose answers are known. */
import { describe, expect, it } from 'vitest';
import { stallTruth } from './cases.ts';
import { indexOfDispersion, interpolate, median, percentilesOf } from './statistics.ts';

const second = 1e6;
const evenly = (count: number) => Array.from({ length: count }, (_, n) => (n * second) / count);

describe('index of dispersion', () => {
  it('is 0 for even spacing', () => {
    expect(indexOfDispersion(evenly(1000), 0, second, 10_000)).toBe(0);
  });

  it('is the size of the bursts when they are rare', () => {
    const bursts = Array.from({ length: 100 }, () => 5000);
    // One window of 100 that holds 100: mean 1, variance 99.
    expect(indexOfDispersion(bursts, 0, second, 10_000)).toBeCloseTo(99);
  });

  it('counts only whole windows between its limits', () => {
    const times = [...evenly(1000), 1_500_000, 1_500_001, -5];
    expect(indexOfDispersion(times, 0, second + 5000, 10_000)).toBe(0);
  });
});

describe('percentiles and medians', () => {
  it('go by nearest rank, in any order', () => {
    const latencies = Array.from({ length: 1000 }, (_, n) => 1000 - n);
    expect(percentilesOf(latencies)).toEqual({ p50Us: 500, p99Us: 990, p999Us: 999 });
    expect(percentilesOf([])).toBeUndefined();
  });

  it('leave out rounds that have no value', () => {
    expect(median([3, undefined, 1, 2])).toBe(2);
    expect(median([4, 1])).toBe(2.5);
    expect(median([undefined])).toBeUndefined();
  });
});

it('interpolates between points and says nothing outside them', () => {
  const points = [
    [10, 100],
    [20, 200],
  ] as const;
  expect(interpolate(points, 15)).toBe(150);
  expect(interpolate(points, 10)).toBe(100);
  expect(interpolate(points, 9)).toBeUndefined();
  expect(interpolate(points, 21)).toBeUndefined();
});

it('knows what even arrivals wait in a stall: those due at its start the whole of it, those before and after nothing', () => {
  // 100/s over 4 s, 1 s of it stalled: a quarter of the arrivals waits 10 ms to 1 s.
  const truth = stallTruth(100, 0, 4, { atS: 1, forS: 1 });
  expect(truth?.p50Us).toBe(0);
  expect(truth?.p99Us).toBeCloseTo(960_000, -3);
  expect(truth?.p999Us).toBeCloseTo(1_000_000, -3);
});
