import { expect, test } from 'vitest';
import { answerSteps, lostText } from '../../../src/report/words/answer.ts';
import { emptyResult, failedResult, sampleResult } from '../../golden/sample-result.ts';

test('first and last are measured steps, never warm-up', () => {
  const { first, last } = answerSteps(sampleResult());
  expect(first?.name).toBe('200');
  expect(last?.name).toBe('1800');
});

test('the step that held is the fastest that no limit finding names', () => {
  expect(answerSteps(sampleResult()).held?.name).toBe('1400');
  expect(answerSteps({ ...sampleResult(), findings: [] })).toMatchObject({ limitFound: false, held: { name: '1600' } });
});

test('when a limit names every step, none held', () => {
  const sample = sampleResult();
  const steps = sample.steps.map(({ name }) => name);
  const finding = sample.findings.find(({ id }) => id === 'throughput-ceiling');
  const findings = finding ? [{ ...finding, steps }] : [];
  expect(answerSteps({ ...sample, findings }).held).toBeUndefined();
});

test('a result of one measured step has no last, a result of none has nothing', () => {
  expect(answerSteps(emptyResult())).toMatchObject({ first: { name: 'quiet' }, last: undefined });
  expect(answerSteps(failedResult()).first).toBeUndefined();
});

test('losses are named by kind', () => {
  const last = sampleResult().steps.at(-1);
  expect(last && lostText(last)).toBe('261 failed, 104 timed out, 156 dropped');
});
