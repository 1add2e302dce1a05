import { expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import type { Sample } from '../../src/model/sample.ts';
import { healthySamples, rawRun } from '../helpers/raw-run.ts';

/** A healthy run whose generator waited for a processor for this share of each second. */
function reasons(waitedShare: number) {
  const samples = healthySamples().map((sample): Sample => {
    return sample.kind === 'tick' ? { ...sample, cpuWaitUs: waitedShare * sample.lengthUs } : sample;
  });
  return buildResult(rawRun(samples)).validity.reasons;
}

it('is invalid when the generator was ready but had no processor', () => {
  expect(reasons(0.15)).toMatchObject([
    { code: 'generator-starved', step: 'low' },
    { code: 'generator-starved', step: 'high' },
  ]);
});

it('is valid when it waited a little, as every thread does', () => {
  expect(reasons(0.03)).toEqual([]);
});
