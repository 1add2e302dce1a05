import { describe, expect, it } from 'vitest';
import {
  type Answers,
  beyond,
  percentileRange,
  ruledPercentiles,
  toldP99Us,
} from '../../../src/analysis/run/lost-slowest.ts';
import { newHistogram, summarise } from '../../../src/model/histogram.ts';
import { seededUniform } from '../../../src/model/random.ts';
import type { RuledPercentiles } from '../../../src/model/step-result.ts';
import { maxLatencyUs } from '../../../src/model/units.ts';

function histogramOf(...values: readonly [us: number, count: number][]) {
  const made = newHistogram();
  for (const [us, count] of values) made.recordValueWithCount(us, count);
  return made;
}

const good = [
  [100, 9860],
  [2000, 50],
] as const satisfies [number, number][];

/** 90 of 10,000 arrivals failed after so long. */
function failing(us: number, change: Partial<Answers> = {}): Answers {
  return {
    ...{ all: histogramOf(...good, [us, 90]), lost: histogramOf([us, 90]), completed: 9910, without: 90, late: 0 },
    ...change,
  };
}

describe('a percentile with arrivals without a good answer as the slowest', () => {
  it('is that of the others, further up by their number, however fast they failed', () => {
    expect(percentileRange(failing(1), 0.99)).toEqual([2000, 2000]);
    expect(percentileRange(failing(9000), 0.99)).toEqual([2000, 2000]);
    expect(percentileRange(failing(1), 0.95)).toEqual([100, 100]);
    expect(percentileRange(failing(1), 0.999)).toEqual([maxLatencyUs, maxLatencyUs]);
  });

  it('is the last good answer where as many failed as may lie beyond it, and no answer with one more', () => {
    const lost = (count: number) => ({ all: histogramOf([1, count], [50, 1000 - count]), completed: 1000 - count });
    const of = (count: number) => percentileRange({ ...lost(count), without: count, late: 0 }, 0.99);
    expect(of(10)).toEqual([50, 50]);
    expect(of(11)).toEqual([maxLatencyUs, maxLatencyUs]);
  });

  it('lies between two where nobody knows how fast failures came', () => {
    expect(percentileRange(failing(1, { lost: undefined }), 0.99)).toEqual([100, 2000]);
    expect(percentileRange(failing(9000, { lost: undefined }), 0.99)).toEqual([2000, 9007]);
  });

  it('knows of what timed out that it was slow', () => {
    expect(percentileRange(failing(9000, { lost: undefined, late: 90 }), 0.99)).toEqual([2000, 2000]);
  });

  it('knows it where failures have no latency at all', () => {
    const answers = { all: histogramOf(...good), completed: 9910, without: 90, late: 0 };
    expect(percentileRange(answers, 0.99)).toEqual([2000, 2000]);
  });

  it('is no answer where nothing was answered', () => {
    expect(percentileRange({ all: newHistogram(), completed: 0, without: 5, late: 0 }, 0.5)[0]).toBe(maxLatencyUs);
  });

  it('holds what a sorted list says, which a histogram without failures apart encloses', () => {
    const random = seededUniform(5);
    for (let round = 0; round < 50; round++) {
      const [all, lost] = [newHistogram(), newHistogram()];
      const times = Array.from({ length: 400 }, () => {
        const us = 1 + Math.floor(random() * 1500);
        const isLost = random() < 0.004;
        all.recordValue(us);
        if (isLost) lost.recordValue(us);
        return isLost ? maxLatencyUs : us;
      }).sort((a, b) => a - b);
      const without = lost.totalCount;
      const answers = { all, completed: 400 - without, without, late: 0 };
      for (const [key, rank] of Object.entries({ p50: 200, p90: 360, p95: 380, p99: 396 } as const)) {
        const wanted = times[rank - 1] ?? Number.NaN;
        const exact = ruledPercentiles({ ...answers, lost })[key as 'p99'];
        const [least, most] = ruledPercentiles(answers)[key as 'p99'];
        expect(exact).toEqual([wanted, wanted]);
        expect(least).toBeLessThanOrEqual(wanted);
        expect(most).toBeGreaterThanOrEqual(wanted);
      }
    }
  });
});

it('is told in one number: that of a rule, or that of the times where it is of arrivals without a good answer', () => {
  const responseUs = summarise(failing(1).all);
  const ruled = ruledPercentiles(failing(1));
  const told = (response: RuledPercentiles) => toldP99Us({ responseUs, ruledUs: { response, service: response } });
  expect(told(ruled)).toBe(2000);
  expect(told({ ...ruled, p99: [maxLatencyUs, maxLatencyUs] })).toBe(100);
  expect(toldP99Us({ responseUs })).toBe(100);
});

it('counts arrivals without a good answer as beyond every time', () => {
  expect(beyond(failing(1), 1000)).toEqual({ least: 140, most: 140, of: 10_000 });
  expect(beyond(failing(9000), 1000)).toEqual({ least: 140, most: 140, of: 10_000 });
  expect(beyond(failing(1, { lost: undefined }), 1000)).toEqual({ least: 90, most: 140, of: 10_000 });
});
