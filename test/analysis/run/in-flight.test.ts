/** Little's law as a proof of the instrument: `openUs` of the ticks counts requests times time, the windows hold latencies. */
import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { measureRun } from '../../../src/analysis/rounds/measured-run.ts';
import type { LoadTick } from '../../../src/model/load.ts';
import type { RawRun } from '../../../src/model/raw-run.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, rawRun, tick, window } from '../../helpers/raw-run.ts';

/**
 * The healthy run, in which 1,000 arrivals a second take 1 ms (step 1) and 2,000 take 2 ms (step 2), with what was counted in the ticks that
 * end at these seconds.
 */
function counted(openUs: Record<number, LoadTick['openUs']>): Sample[] {
  return healthySamples().map((sample): Sample => {
    const own = sample.kind === 'tick' ? openUs[sample.atUs / 1e6] : undefined;
    return own && sample.kind === 'tick' ? { ...sample, openUs: own } : sample;
  });
}

const whole = counted({ 2: [[0, 9000]], 3: [[1, 1e6]], 4: [[1, 1e6]], 5: [[2, 4e6]], 6: [[2, 4e6]] });

function resultOf(samples: Sample[], outcome?: RawRun['outcome']) {
  const run = rawRun(samples, outcome ? { outcome } : {});
  return { run, result: buildResult(run) };
}

describe('what was under way', () => {
  it('is a mean over time, held against rate times response time', () => {
    const { result, run } = resultOf(whole);
    expect(result.steps.slice(0, 3).map(({ inFlight }) => inFlight)).toEqual([
      { mean: 0.009, atEnd: 1, ofStep: 0.009, expected: 0.009 },
      { mean: 1, atEnd: 1, ofStep: 1, expected: 1 },
      { mean: 4, atEnd: 1, ofStep: 4, expected: 4 },
    ]);
    expect(result.validity.verdict).toBe('valid');
    expect(measureRun(run, result)[1]?.inFlight).toEqual(result.steps[2]?.inFlight);
  });

  it('crosses the edge of a step: in the mean of the step it passes through, in the law of the step it was due in', () => {
    const samples = counted({
      2: [[0, 9000]],
      3: [[1, 1e6]],
      4: [[1, 5e5]],
      5: [
        [1, 5e5],
        [2, 4e6],
      ],
      6: [[2, 4e6]],
    });
    const { result } = resultOf(samples);
    expect(result.steps[1]?.inFlight).toMatchObject({ mean: 0.75, ofStep: 1, expected: 1 });
    expect(result.steps[2]?.inFlight).toMatchObject({ mean: 4.25, ofStep: 4 });
    expect(result.validity.verdict).toBe('valid');
  });

  it('is seen at the end of a step by the tick that ends with it, a little late', () => {
    const late = whole.map(
      (sample): Sample =>
        sample.kind === 'tick' ? { ...sample, atUs: sample.atUs + 9000, inFlight: sample.atUs / 1e6 } : sample,
    );
    expect(
      resultOf(late)
        .result.steps.slice(0, 3)
        .map(({ inFlight }) => inFlight?.atEnd),
    ).toEqual([2, 4, 6]);
  });

  it('may end after the last step', () => {
    const samples = counted({ 2: [[0, 9000]], 3: [[1, 1e6]], 4: [[1, 1e6]], 5: [[2, 4e6]], 6: [[2, 3e6]] });
    const { result } = resultOf([...samples, tick(7_000_000, 0, { step: 2, openUs: [[2, 1e6]] })]);
    expect(result.steps[2]?.inFlight).toMatchObject({ mean: 3.5, ofStep: 4 });
    expect(result.validity.verdict).toBe('valid');
  });
});

describe("a run that breaks Little's law is invalid", () => {
  it('when latencies are wrong, here the waiting of 30 of 1,000 arrivals left out', () => {
    const lost = whole.map(
      (sample): Sample => (sample.kind === 'window' && sample.step === 1 ? window(1, sample.dueUs, 1000, 970) : sample),
    );
    expect(resultOf(lost).result.validity.reasons).toEqual([
      {
        code: 'littles-law',
        step: 'low',
        message: expect.stringContaining(
          "1 of the step's arrivals were under way on average, but rate times response time is 0.97",
        ) as string,
      },
    ]);
  });

  it('when a histogram lost answers that were counted', () => {
    const lost = whole.map(
      (sample): Sample =>
        sample.kind === 'window' && sample.step === 2
          ? window(2, sample.dueUs, 1900, 2000, { planned: 2000, completed: 2000 })
          : sample,
    );
    expect(resultOf(lost).result.validity.reasons).toMatchObject([{ code: 'littles-law', step: 'high' }]);
  });

  it('but not for what a histogram rounds', () => {
    const rounded = whole.map(
      (sample): Sample => (sample.kind === 'window' && sample.step === 1 ? window(1, sample.dueUs, 1000, 985) : sample),
    );
    expect(resultOf(rounded).result.validity.verdict).toBe('valid');
  });
});

it('is not put to the proof where nothing was counted, or where the run was cut off', () => {
  expect(resultOf(healthySamples()).result.steps[1]).not.toHaveProperty('inFlight');
  const { result } = resultOf(counted({ 3: [[1, 5]] }), { status: 'partial', endUs: 1 });
  expect(result.steps[1]?.inFlight).toEqual({ mean: expect.any(Number) as number, atEnd: 1 });
  expect(result.validity.reasons.map(({ code }) => code)).toEqual(['incomplete']);
});
