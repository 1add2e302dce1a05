import { expect, test } from 'vitest';
import { cpuWaitShare, waitsForCpu } from '../../../src/analysis/findings/cpu-wait.ts';
import { parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const full = (parked: readonly string[], values = {}) => {
  const stacks = { 'front-1': [request(90, parked, 'shop/front.serve')] };
  const run = madeEvidence([{ rps: 400, answered: 200, responseMs: 500, stacks, values }]);
  const [step] = run.steps;
  if (!step) throw new Error('no step');
  return { share: cpuWaitShare(step, run.waits), waits: waitsForCpu(step, run.waits) };
};

test('where neither kernel nor scheduler tells, what is running or runnable is the most that may wait for a CPU', () => {
  expect(full(parkedIn.sqlConn)).toEqual({ share: 0, waits: false });
  expect(full(parkedIn.running)).toEqual({ share: 0.9, waits: true });
});

test('what they tell counts before that', () => {
  expect(full(parkedIn.running, { 'front-1': { 'proc.run_delay_percent': 200 } }).share).toBe(0.02);
});

test('it is not known where nobody looked', () => {
  const run = madeEvidence([{ rps: 400, answered: 200, responseMs: 500, stacks: {} }]);
  const [step] = run.steps;
  expect(step && cpuWaitShare(step, run.waits)).toBeUndefined();
});
