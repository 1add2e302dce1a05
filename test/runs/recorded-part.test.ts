import { describe, expect, it } from 'vitest';
import type { LoadSpec, LoadStep } from '../../src/model/scenario.ts';
import { recordedPartText, recordedWarnings } from '../../src/runs/recorded-part.ts';
import { scenario } from '../helpers/raw-run.ts';

const step = (name: string, seconds: number, arrivals: number): LoadStep => ({
  name,
  shape: { kind: 'recorded', rps: arrivals / seconds, peakRps: arrivals },
  durationMs: seconds * 1000,
  measure: true,
});

/** A load that follows a recording of 100 s with 5,000 arrivals. */
function load(
  steps: readonly LoadStep[],
  change: { readonly speed?: number; readonly fromMs?: number } = {},
): LoadSpec {
  const whole = { arrivals: 5000, lastsMs: 100_000 };
  return { ...scenario.load, steps, arrivals: { file: '/data/day.txt.gz', speed: 1, fromMs: 0, whole, ...change } };
}

describe('the part of a recording that is sent', () => {
  it.each([
    ['all of it', load([step('all', 100, 5000)]), 'all of 5,000 arrivals in day.txt.gz, 1m40s'],
    ['its beginning', load([step('a', 10, 400)]), '400 of 5,000 arrivals in day.txt.gz, the first 10s of 1m40s'],
    [
      'a part that steps are too short for the rest of',
      load([step('a', 10, 400), step('b', 10, 600)], { fromMs: 60_000, speed: 2 }),
      '1,000 of 5,000 arrivals in day.txt.gz, 1m to 1m40s of 1m40s, at 2 times their speed',
    ],
  ])('is said of %s', (_, given, said) => {
    expect(recordedPartText(given)).toBe(said);
    expect(recordedWarnings(given)).toEqual([]);
  });

  it('is not said of other arrivals', () => {
    expect(recordedPartText(scenario.load)).toBeUndefined();
    expect(recordedWarnings(scenario.load)).toEqual([]);
  });
});

describe('a step that lasts longer than the recording', () => {
  it('is warned of, at the speed of the recording', () => {
    expect(recordedWarnings(load([step('all', 60, 5000)], { speed: 2 }))).toEqual([
      'load.steps: "all" lasts 10s longer than the recording does at this speed; nothing is sent in that time, and its rate is an average over it',
    ]);
  });

  it('is not warned of where the next arrival may well have come later than that', () => {
    expect(recordedWarnings(load([step('slow', 102, 100)]))).toEqual([]);
    expect(recordedWarnings(load([step('fast', 102, 5000)]))).toHaveLength(1);
  });
});
