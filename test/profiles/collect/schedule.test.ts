import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectOutcome } from '../../../src/model/collect-status.ts';
import { nextRegularMs, nextTryMs } from '../../../src/profiles/collect/schedule.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 31);

/** The next so many times of a target. */
function times(name: string, rhythm: Parameters<typeof nextRegularMs>[1], count: number): number[] {
  const all: number[] = [];
  for (let at = start; all.length < count; at = all.at(-1) ?? at) all.push(nextRegularMs(name, rhythm, at));
  return all;
}

describe('the rhythm of a target', () => {
  it('is the same every time, and another with another seed', () => {
    const rhythm = { intervalMs: minute, jitter: 0.2, seed: 1 };
    expect(times('a', rhythm, 20)).toEqual(times('a', rhythm, 20));
    expect(times('a', rhythm, 20)).not.toEqual(times('a', { ...rhythm, seed: 2 }, 20));
  });

  it('has one time in each interval, moved by no more than the jitter says', () => {
    const parts = fc.record({
      name: fc.string(),
      intervalMs: fc.integer({ min: 1000, max: 3_600_000 }),
      jitter: fc.double({ min: 0, max: 0.9, noNaN: true }),
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    });
    fc.assert(
      fc.property(parts, ({ name, ...rhythm }) => {
        const all = times(name, rhythm, 12);
        const gaps = all.slice(1).map((at, index) => at - (all[index] ?? 0));
        for (const gap of gaps)
          expect(Math.abs(gap - rhythm.intervalMs)).toBeLessThanOrEqual(rhythm.jitter * rhythm.intervalMs + 1);
        expect(all[0]).toBeLessThanOrEqual(start + (1 + rhythm.jitter) * rhythm.intervalMs + 1);
      }),
    );
  });

  it('spreads many targets over the whole interval', () => {
    const rhythm = { intervalMs: minute, jitter: 0.1, seed: 1 };
    const seconds = Array.from({ length: 600 }, (_, index) =>
      Math.floor((nextRegularMs(`t-${index}`, rhythm, start) - start) / 6000),
    );
    for (let tenth = 0; tenth < 10; tenth++)
      expect(seconds.filter((each) => each === tenth).length).toBeGreaterThan(30);
  });
});

describe('the next try', () => {
  const rhythm = { intervalMs: minute, jitter: 0, seed: 1 };
  const waitAfter = (outcome: CollectOutcome, count: number) =>
    nextTryMs('a', rhythm, { outcome, times: count, endMs: start }) - start;

  it('of what answered is the next in the rhythm, however often it answered', () => {
    for (const outcome of ['ok', 'empty'] as const)
      for (const count of [1, 2, 100])
        expect(waitAfter(outcome, count)).toBe(nextRegularMs('a', rhythm, start) - start);
  });

  it('of what fails misses twice as many rounds each time, up to ten minutes', () => {
    const first = waitAfter('unreachable', 1);
    const rounds = [1, 2, 3, 4, 5, 6, 60].map((count) =>
      Math.round((waitAfter('unreachable', count) - first) / minute),
    );
    expect(rounds).toEqual([0, 1, 2, 4, 8, 10, 10]);
  });

  it('beside another profiler comes soon, then later, and no later than the rhythm', () => {
    const slow = { ...rhythm, intervalMs: 60 * minute };
    const waits = [1, 2, 3, 4].map(
      (count) => nextTryMs('b', slow, { outcome: 'busy', times: count, endMs: start }) - start,
    );
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(5000 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(10_000 * 2 ** index);
    }
    expect(waitAfter('busy', 30)).toBe(waitAfter('ok', 1));
  });

  it('of a type that is not there comes an hour later or more', () => {
    expect(waitAfter('absent', 1)).toBeGreaterThanOrEqual(60 * minute);
    const slow = { ...rhythm, intervalMs: 60 * minute };
    expect(nextTryMs('a', slow, { outcome: 'absent', times: 1, endMs: start }) - start).toBeGreaterThanOrEqual(
      20 * 60 * minute,
    );
  });
});
