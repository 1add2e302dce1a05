import { expect, it } from 'vitest';
import { findingsOf } from '../../../src/analysis/diagnosis/ordered-findings.ts';
import { parkedIn, request } from '../../helpers/stacks.ts';
import { tracesOf } from '../../helpers/traced.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const traces = tracesOf([
  { step: 'at-400', service: 'front', ordinary: { running: 2 }, slow: { running: 2, 'lock shop/front.hold': 390 } },
]);

/** Goroutines that wait for a lock in the step that broke, as far as they were looked at. */
function runOf(waiting: number) {
  const calm = { rps: 100, responseMs: 5, stacks: { 'front-1': [request(1, parkedIn.sleep, 'shop/front.Post')] } };
  const stacks = { 'front-1': [request(waiting, parkedIn.mutex, 'shop/front.Post')] };
  return { ...madeEvidence([calm, { rps: 400, answered: 250, responseMs: 400, p99Ms: 410, stacks }]), traces };
}

it('what traces show stands beside the first cause, and is none of its own', () => {
  const told = findingsOf(runOf(90));
  expect(told[0]?.id).toBe('lock-convoy');
  expect(told[0]?.evidence).toContain(
    'at-400: the slowest 1 % of traced requests of front took 392 ms on average, of which 390 ms waiting for a lock at front.hold',
  );
  expect(told.map(({ id }) => id)).not.toContain('traced-wait');
});

it('where nothing else names a cause, what traces show is one', () => {
  expect(findingsOf(runOf(1))[0]?.id).toBe('traced-wait');
});
