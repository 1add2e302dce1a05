/** By which labels the pods of a run are found. */
import { expect, it } from 'vitest';
import { markedPods } from '../../../src/topology/kubernetes/marks.ts';

it('selects pods of this run and of no other in the namespace', () => {
  expect(markedPods({ 'dev.rampart.run': 'r-1' })).toBe('dev.rampart.workload,dev.rampart.run=r-1');
});
