import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { Calibration } from '../../../src/model/calibration.ts';
import { calibration } from '../../helpers/calibration.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

/** The healthy run (1,000/s at 1 ms, 2,000/s at 2 ms) on a machine with this calibration. */
function resultOn(change: Partial<Calibration>) {
  const run = rawRun(healthySamples());
  return buildResult({ ...run, manifest: { ...run.manifest, calibration: { ...calibration, ...change } } });
}

it('says nothing of steps that the machine can tell', () => {
  expect(resultOn({}).warnings).toEqual([]);
  expect(resultOn({}).calibration).toEqual(calibration);
});

it('names the steps above the highest rate', () => {
  expect(resultOn({ maxRps: 1500 }).warnings).toEqual([
    expect.stringMatching(/^step high: the rate is above 1,500\/s/) as string,
  ]);
});

it('names the steps whose p50 an echo would have too', () => {
  expect(resultOn({ latencyP50Us: 3000 }).warnings).toEqual([
    expect.stringMatching(/^steps low, high: response p50 is below 3 ms/) as string,
  ]);
});

it('does not judge a run on a machine that was not calibrated', () => {
  const result = buildResult(rawRun(healthySamples()));
  expect(result.calibration).toBeUndefined();
  expect(result.warnings).toEqual([]);
});
