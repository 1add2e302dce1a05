import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, histogram, rawRun } from '../../helpers/raw-run.ts';

/** A run with responses of 1 and 2 ms, whose generator waited for a processor for this share of each second and was late by `lagUs`. */
function reasons(waitedShare: number, lagUs: number) {
  const samples = healthySamples().map((sample): Sample => {
    if (sample.kind === 'tick') return { ...sample, cpuWaitUs: waitedShare * sample.lengthUs };
    return sample.kind === 'window' ? { ...sample, lag: histogram([lagUs]) } : sample;
  });
  return buildResult(rawRun(samples)).validity.reasons;
}

it('is invalid when the generator was ready but had no processor', () => {
  expect(reasons(0.15, 400)).toMatchObject([
    { code: 'generator-starved', step: 'low' },
    { code: 'generator-starved', step: 'high' },
  ]);
});

it('is valid when it waited a little, as every thread does', () => {
  expect(reasons(0.03, 400)).toEqual([]);
});

it('is valid when its waiting is nothing beside the response', () => {
  expect(reasons(0.3, 50)).toEqual([]);
});
