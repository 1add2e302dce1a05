import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newHistogram } from '../../../src/model/histogram.ts';
import {
  classicBounds,
  classicBuckets,
  nativeBuckets,
  nativeSchema,
  totalsOf,
} from '../../../src/sinks/prometheus/buckets.ts';

function histogramOf(values: readonly number[]) {
  const histogram = newHistogram();
  for (const value of values) histogram.recordValue(value);
  return histogram;
}

const latencies = fc.array(fc.integer({ min: 0, max: 3_600_000_000 }), { maxLength: 50 });

describe('classic buckets', () => {
  it('have ascending bounds from 100 us to a minute', () => {
    expect([...classicBounds].sort((a, b) => a - b)).toEqual(classicBounds);
    expect([classicBounds[0], classicBounds.at(-1)]).toEqual([0.0001, 60]);
  });

  it('count what is no greater than their bound', () => {
    const counted = Object.fromEntries(classicBuckets(histogramOf([0, 99, 100, 101, 1000, 60_000_000, 90_000_000])));
    expect(counted).toMatchObject({ 0.0001: 3, 0.00025: 4, 0.001: 5, 30: 5, 60: 6 });
  });

  it('never fall, and hold no more than all', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const counts = classicBuckets(histogramOf(values)).map(([, count]) => count);
        const all = [...counts, totalsOf(histogramOf(values)).count];
        return all.every((count, at) => at === 0 || count >= (all[at - 1] ?? 0)) && all.at(-1) === values.length;
      }),
    );
  });
});

describe('native buckets', () => {
  it('hold each value between their bounds, and every value once', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const { zeros, counts } = nativeBuckets(histogramOf(values));
        const sum = counts.reduce((total, [, count]) => total + count, zeros);
        return sum === values.length && zeros === values.filter((value) => value === 0).length;
      }),
    );
    const [[index = 0] = []] = nativeBuckets(histogramOf([250_000])).counts;
    expect(2 ** ((index - 1) / 2 ** nativeSchema)).toBeLessThan(0.25);
    expect(2 ** (index / 2 ** nativeSchema)).toBeGreaterThanOrEqual(0.25);
  });
});

it('sums to the three digits of the histogram', () => {
  const values = [1_234_567, 89_012, 3];
  const { sum } = totalsOf(histogramOf(values));
  const exact = values.reduce((total, value) => total + value, 0) / 1e6;
  expect(Math.abs(sum - exact) / exact).toBeLessThan(0.001);
});
