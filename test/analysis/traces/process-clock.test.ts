import { expect, it } from 'vitest';
import { narrowed, processClockOf } from '../../../src/analysis/traces/process-clock.ts';

/** A trace of a second that was asked for at `askedUs`, by a clock that is `behindUs` behind ours. */
const trace = (askedUs: number, beganUs: number, sentUs: number, behindUs = 0) => ({
  askedUs,
  answeredUs: askedUs + beganUs + 1e6 + sentUs,
  firstUs: askedUs + beganUs - behindUs,
  lastUs: askedUs + beganUs + 1e6 - behindUs,
});

it('is the same where every trace lies between its question and its answer', () => {
  const clock = processClockOf([trace(5e6, 300, 2000), trace(9e6, 40_000, 700)]);
  expect(clock).toEqual({ isSame: true, offsetUs: 0, errorUs: 0 });
});

it('is another one where traces do not: its offset is within what all of them allow', () => {
  const clock = processClockOf([trace(5e6, 300, 9000, 7e8), trace(9e6, 40_000, 700, 7e8)]);
  expect(clock).toMatchObject({ isSame: false, errorUs: 500 });
  expect(Math.abs((clock?.offsetUs ?? 0) - 7e8)).toBeLessThanOrEqual(500);
});

it('is none where it was set meanwhile, and where nothing was read', () => {
  expect(processClockOf([trace(5e6, 300, 900, 7e8), trace(9e6, 300, 900, 7.1e8)])).toBeUndefined();
  expect(processClockOf([])).toBeUndefined();
});

it('comes nearer by pairs, which no offset may turn round', () => {
  const clock = { isSame: false, offsetUs: 1000, errorUs: 500 };
  const pairs = [
    { writtenUs: 10_000, beginUs: 10_100, servedUs: 10_900, endUs: 11_200 },
    { writtenUs: 20_000, beginUs: 20_700, servedUs: 20_900, endUs: 21_000 },
  ];
  expect(narrowed(clock, pairs)).toEqual({ isSame: false, offsetUs: 1000, errorUs: 100 });
  const turned = { writtenUs: 0, beginUs: 900, servedUs: 1500, endUs: 1000 };
  expect(narrowed(clock, [turned, { ...turned, beginUs: -50 }])).toEqual(clock);
  expect(narrowed({ ...clock, isSame: true }, pairs)).toMatchObject({ offsetUs: 1000, errorUs: 500 });
});
