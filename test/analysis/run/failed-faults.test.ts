/** What a fault that went wrong makes of a run. */
import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { exitCodeOf } from '../../../src/analysis/run/exit-code.ts';
import type { FaultMoment } from '../../../src/model/sample.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

/** Of a run whose last arrival is due at 6 s. */
const resultOf = (moment: Partial<FaultMoment>) =>
  buildResult(
    rawRun([
      ...healthySamples(),
      {
        kind: 'fault',
        atUs: 3_000_000,
        askedUs: 3_000_000,
        fault: 'gone',
        moment: 'begin',
        targets: [],
        message: 'not permitted',
        ...moment,
      },
    ]),
  );

it('a run whose fault was in force is valid', () => {
  expect(resultOf({}).validity.verdict).toBe('valid');
});

it.each([
  ['failed', 'fault gone could not be put in force: not permitted'],
  ['undo-failed', 'fault gone could not be taken back: not permitted'],
] as const)('a fault that %s makes a run invalid, which exits with 4', (moment, message) => {
  const result = resultOf({ moment });
  expect(result.validity).toEqual({ verdict: 'invalid', reasons: [{ code: 'fault-not-done', message }] });
  expect(exitCodeOf(result)).toBe(4);
});

it('what could not be taken back after the load changed no number: it is a warning', () => {
  const result = resultOf({ moment: 'undo-failed', atUs: 8_000_000, askedUs: 7_900_000 });
  expect(result.validity.verdict).toBe('valid');
  expect(result.warnings).toContain('fault gone could not be taken back: not permitted');
});
