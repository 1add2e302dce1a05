import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedSeries, mostLivePoints } from '../../src/live/bounded-series.ts';

/** A page's copy of a series, brought up to date by what changed. */
class Copy {
  t: number[] = [];
  v: number[] = [];
  private known = 0;

  update(series: BoundedSeries, change: number): void {
    const changes = series.changesAfter(this.known);
    if (changes) {
      this.t = [...this.t.slice(0, changes.keep), ...changes.t];
      this.v = [...this.v.slice(0, changes.keep), ...changes.v];
    }
    this.known = change;
  }
}

const whole = (series: BoundedSeries) => {
  const copy = new Copy();
  copy.update(series, 1);
  return copy;
};

/** Moments of a sampler that looks every so often, with some noise, and now and then anew at a moment of before. */
const course = fc.array(
  fc.record({
    stepS: fc.double({ min: 0.01, max: 30, noNaN: true }),
    value: fc.integer({ min: 0, max: 1e6 }),
    again: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3000 },
);

function addAll(
  series: BoundedSeries,
  steps: readonly { stepS: number; value: number; again: boolean }[],
  then: (change: number) => void,
) {
  let atS = 0;
  for (const [index, { stepS, value, again }] of steps.entries()) {
    if (!again) atS += stepS;
    series.add(atS, value, index + 1);
    then(index + 1);
  }
  return atS;
}

describe('a series, however long', () => {
  it('never has more points than it may, in the order of time, from its first moment to its last', () => {
    fc.assert(
      fc.property(course, fc.constantFrom('mean' as const, 'greatest' as const), (steps, merge) => {
        const series = new BoundedSeries(merge);
        const lastS = addAll(series, steps, () => expect(whole(series).t.length).toBeLessThanOrEqual(mostLivePoints));
        const { t, v } = whole(series);
        expect(t).toEqual(t.toSorted((one, other) => one - other));
        expect(t.at(-1)).toBeLessThanOrEqual(lastS + 0.001);
        expect(Math.max(...v)).toBeLessThanOrEqual(Math.max(...steps.map(({ value }) => value)));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the greatest of all values where that is what points stand for', () => {
    const series = new BoundedSeries('greatest');
    for (let second = 0; second < 40_000; second++) series.add(second, second === 777 ? 5000 : second % 50, second + 1);
    const { t, v } = whole(series);
    expect(Math.max(...v)).toBe(5000);
    expect(t[v.indexOf(5000)]).toBe(777);
    expect(t.length).toBeGreaterThan(mostLivePoints / 4);
  });

  it('keeps the mean over all of its time where points stand for means', () => {
    const series = new BoundedSeries('mean');
    for (let second = 0; second < 10_000; second++) series.add(second, second % 2 === 0 ? 100 : 300, second + 1);
    for (const value of whole(series).v.slice(0, -1)) expect(value).toBeCloseTo(200, -2);
  });

  it('is the same for a page that was told now and then as for one that is told all at once', () => {
    fc.assert(
      fc.property(course, fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (steps, hears) => {
        const series = new BoundedSeries('greatest');
        const copy = new Copy();
        addAll(series, steps, (change) => {
          if (hears[change % hears.length]) copy.update(series, change);
        });
        copy.update(series, steps.length);
        const { t, v } = whole(series);
        expect([copy.t, copy.v]).toEqual([t, v]);
      }),
      { numRuns: 50 },
    );
  });

  it('says nothing when nothing changed, and only the tail when that grew', () => {
    const series = new BoundedSeries('greatest');
    expect(series.changesAfter(0)).toBeUndefined();
    series.add(1, 10, 1);
    series.add(2, 20, 2);
    expect(series.changesAfter(2)).toBeUndefined();
    series.add(3, 30, 3);
    expect(series.changesAfter(2)).toEqual({ keep: 2, t: [3], v: [30] });
  });

  it('replaces the value of a moment that is told anew, and leaves out what is no number', () => {
    const series = new BoundedSeries('greatest');
    series.add(1, 10, 1);
    series.add(1, 4, 2);
    series.add(2, Number.NaN, 3);
    expect(series.changesAfter(0)).toEqual({ keep: 0, t: [1], v: [4] });
  });
});
