import { describe, expect, it } from 'vitest';
import { countSlower, slowerIn, slowShare, slowThresholdUs } from '../../../src/analysis/rounds/slow-share.ts';
import {
  halvesRatio,
  medianP99Us,
  typicalP99Us,
  windowP99Us,
  windowSecondsFor,
} from '../../../src/analysis/rounds/window-p99.ts';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import { maxLatencyUs } from '../../../src/model/units.ts';

const counts = { planned: 1000, completed: 1000, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };

/** A histogram of 1, 2, … `last` microseconds. */
function upTo(last: number) {
  const histogram = newHistogram();
  for (let us = 1; us <= last; us++) histogram.recordValue(us);
  return histogram;
}

const window = (p99Us: number, isDisturbed = false) => ({ p99Us, isDisturbed });

describe('the p99 of a window', () => {
  it('is long enough for four arrivals beyond it', () => {
    expect([50, 399, 400, 5000].map(windowSecondsFor)).toEqual([8, 2, 1, 1]);
  });

  it('is the 990th of 1,000', () => {
    expect(windowP99Us(upTo(1000), counts)).toBe(990);
  });

  it('counts failures as the slowest, however fast they came', () => {
    expect(windowP99Us(upTo(1000), { ...counts, completed: 995, failed: 5 })).toBe(995);
    expect(windowP99Us(upTo(1000), { ...counts, completed: 980, failed: 20 })).toBe(maxLatencyUs);
    expect(windowP99Us(upTo(980), { ...counts, completed: 980, unfinished: 20 })).toBe(maxLatencyUs);
    const slow = newHistogram();
    for (const us of [996, 997, 998, 999, 1000]) slow.recordValue(us);
    expect(windowP99Us(upTo(1000), { ...counts, completed: 995, failed: 5 }, slow)).toBe(990);
    expect(windowP99Us(upTo(1000), { ...counts, completed: 995, failed: 5 }, upTo(5))).toBe(995);
  });
});

describe('the p99 of a step of which a part was not answered', () => {
  const windows = (...p99s: number[]) => p99s.map((p99Us) => window(p99Us));

  it('is no time between what was answered and what was not', () => {
    expect(medianP99Us(windows(5000, maxLatencyUs))).toBe(maxLatencyUs);
    expect(medianP99Us(windows(5000, 6000, maxLatencyUs))).toBe(6000);
    expect(typicalP99Us(windows(5000, 6000, maxLatencyUs, maxLatencyUs))).toBe(maxLatencyUs);
  });

  it('is that of the others where these are few', () => {
    const nine = Array.from({ length: 9 }, () => 5000);
    expect(typicalP99Us(windows(...nine, maxLatencyUs))).toBeCloseTo(5000);
  });
});

describe('the p99 of a step', () => {
  it('is the median of its windows, so that three bad seconds of nine do not move it', () => {
    expect(medianP99Us([5, 5, 5, 6, 6, 5, 900, 900, 900].map((us) => window(us)))).toBe(6);
  });

  it('leaves out what was disturbed', () => {
    expect(medianP99Us([window(5), window(7), window(900, true)])).toBe(6);
    expect(medianP99Us([window(900, true)])).toBeNaN();
  });

  it('is typical of the windows that are not the slowest, and moves with all of them', () => {
    const us = [10, 20, 20, 20, 20, 20, 300, 400, 500, 900];
    expect(typicalP99Us(us.map((each) => window(each)))).toBeCloseTo(20, 9);
    expect(typicalP99Us(us.map((each) => window(1.1 * each)))).toBeCloseTo(22, 9);
    expect(typicalP99Us([window(5), window(7), window(900, true)])).toBeCloseTo(Math.sqrt(35), 9);
    expect(typicalP99Us([window(5)])).toBeCloseTo(5, 9);
    expect(typicalP99Us([window(900, true)])).toBeNaN();
  });

  it('rises from half to half in a step that does not settle', () => {
    expect(halvesRatio([10, 10, 20, 20].map((us) => window(us)))).toBe(2);
  });
});

describe('the share of slow requests', () => {
  it('has one threshold for a pair, whichever arm is which', () => {
    expect(slowThresholdUs(100, 400)).toBe(600);
    expect(slowThresholdUs(400, 100)).toBe(slowThresholdUs(100, 400));
  });

  it('counts what lies above a threshold', () => {
    expect([0, 1, 500, 999, 1000, 5000].map((us) => countSlower(upTo(1000), us))).toEqual([1000, 999, 500, 1, 0, 0]);
    expect(countSlower(newHistogram(), 5)).toBe(0);
  });

  it('counts an arrival without a good answer once, slow or fast', () => {
    const failures = (us: number) => {
      const lost = newHistogram();
      lost.recordValueWithCount(us, 100);
      const all = upTo(900);
      all.add(lost);
      return { lost: encodeHistogram(lost), response: encodeHistogram(all) };
    };
    const own = { counts: { ...counts, completed: 900, failed: 100 } };
    const slower = [2000, 1].map((us) => slowerIn({ ...own, ...failures(us) })(500));
    expect(slower).toEqual([500, 500]);
    const { response } = failures(2000);
    expect(slowerIn({ ...own, response })(500)).toBe(600);
  });

  it('has a logarithm even where nothing or everything was slow', () => {
    expect(slowShare(0, 999)).toBe(0.0005);
    expect(slowShare(999, 999)).toBeLessThan(1);
  });
});
