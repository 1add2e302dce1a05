import { expect, test } from 'vitest';
import { reasonTexts, stateWords } from '../../../src/report/words/state-words.ts';
import { failedResult, invalidResult, sampleLoad, sampleResult } from '../../golden/sample-result.ts';

test('only a complete and valid run is called valid', () => {
  const sample = sampleResult();
  expect(stateWords(sample).word).toBe('Valid');
  expect(stateWords(invalidResult()).word).toBe('Invalid');
  expect(stateWords({ ...sample, status: 'partial' }).word).toBe('Partial');
  expect(stateWords({ ...invalidResult(), status: 'partial' }).word).toBe('Partial, invalid');
  expect(stateWords(failedResult()).word).toBe('Failed');
  expect(stateWords({ ...sample, status: 'failed' }).word).toBe('Failed');
});

test('a closed loop is not praised for a schedule that it does not have', () => {
  const sample = sampleResult();
  const closed = {
    ...sample,
    scenario: { ...sample.scenario, load: { ...sampleLoad, mode: 'closed' } },
  };
  expect(stateWords(closed).sentence).not.toContain('kept its schedule');
});

test('the message of a failure is not repeated as a reason', () => {
  expect(reasonTexts(failedResult())).toEqual([]);
  expect(reasonTexts({ ...failedResult(), failure: undefined })).toHaveLength(1);
});
