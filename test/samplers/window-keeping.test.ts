import { expect, it } from 'vitest';
import type { LoadMessage } from '../../src/model/load.ts';
import { createWindowKeeping, type WindowVerdict } from '../../src/samplers/window-keeping.ts';

const secondUs = 1_000_000;

/** The second that begins then, with this slowest response in its first tenth. */
function second(dueUs: number, peakUs: number): LoadMessage {
  const responsePeaksUs = [peakUs, ...Array.from({ length: 9 }, () => null)];
  return { kind: 'window', dueUs, responsePeaksUs } as unknown as LoadMessage;
}

/** What becomes of windows of a second each, one after the other, with these slowest responses, in milliseconds. */
function verdictsOf(slowest: number, peaksMs: readonly (number | undefined)[]): WindowVerdict[] {
  const windows = createWindowKeeping(slowest, 1);
  for (const [index, peakMs] of peaksMs.entries()) {
    const atUs = index * secondUs;
    windows.begin({ number: index + 1, atUs, untilUs: atUs + secondUs });
    if (peakMs !== undefined) windows.add(second(atUs, peakMs * 1000));
  }
  return windows.end();
}

const numbers = (verdicts: readonly WindowVerdict[], kept: WindowVerdict['kept']) =>
  verdicts
    .filter((verdict) => verdict.kept === kept)
    .map(({ number }) => number)
    .sort((a, b) => a - b);

it('keeps the windows with the slowest responses, as many others, and drops the rest', () => {
  const verdicts = verdictsOf(2, [5, 90, 7, 6, 80, 4, 3, 8]);
  expect(numbers(verdicts, 'slow')).toEqual([2, 5]);
  expect(numbers(verdicts, 'ordinary')).toHaveLength(2);
  expect(numbers(verdicts, 'no')).toHaveLength(4);
  expect(verdicts).toHaveLength(8);
  expect(verdicts.find(({ number }) => number === 2)?.slowestUs).toBe(90_000);
});

it('keeps all of a few, the slower half of them as slow', () => {
  const verdicts = verdictsOf(20, [5, 90, 7, undefined, 80]);
  expect(numbers(verdicts, 'slow')).toEqual([2, 3, 5]);
  expect(numbers(verdicts, 'ordinary')).toEqual([1, 4]);
  expect(verdicts.find(({ number }) => number === 4)?.slowestUs).toBeUndefined();
});

it('draws the others with the same chance each', () => {
  const kept = new Map<number, number>();
  for (let seed = 0; seed < 2000; seed++) {
    const windows = createWindowKeeping(1, seed);
    for (const [index, peakMs] of [9, 1, 10, 2, 3].entries()) {
      const atUs = index * secondUs;
      windows.begin({ number: index + 1, atUs, untilUs: atUs + secondUs });
      windows.add(second(atUs, peakMs * 1000));
    }
    for (const number of numbers(windows.end(), 'ordinary')) kept.set(number, (kept.get(number) ?? 0) + 1);
  }
  expect([...kept.keys()].sort()).toEqual([1, 2, 4, 5]);
  // Of 2000 draws 500 each, with a deviation of 19.
  for (const count of kept.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
});

it('drops a window while the load runs as soon as a minute has told all of it, and no earlier', () => {
  const windows = createWindowKeeping(1, 1);
  for (const [index, peakMs] of [5, 6, 7].entries()) {
    const atUs = index * secondUs;
    windows.begin({ number: index + 1, atUs, untilUs: atUs + secondUs });
    windows.add(second(atUs, peakMs * 1000));
  }
  expect(windows.dropped(50 * secondUs)).toEqual([]);
  // An answer that came late makes the first window the slowest.
  windows.add(second(0, 30_000_000));
  expect(windows.dropped(63 * secondUs).map(({ kept }) => kept)).toEqual(['no']);
  expect(numbers(windows.end(), 'slow')).toEqual([1]);
});

it('counts responses to arrivals due in the window only, and forgets one that came to nothing', () => {
  const windows = createWindowKeeping(1, 1);
  windows.begin({ number: 1, atUs: 0, untilUs: secondUs });
  windows.begin({ number: 2, atUs: 5 * secondUs, untilUs: 6 * secondUs });
  windows.begin({ number: 3, atUs: 10 * secondUs, untilUs: 11 * secondUs });
  windows.add(second(2 * secondUs, 9000));
  windows.add(second(5 * secondUs, 4000));
  windows.forget(3);
  expect(windows.end()).toEqual([
    { number: 2, kept: 'slow', slowestUs: 4000 },
    { number: 1, kept: 'ordinary', slowestUs: undefined },
  ]);
});
