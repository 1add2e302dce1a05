import { expect, it } from 'vitest';
import { labelsOf } from '../../../src/topology/observe/find-pods.ts';

it('takes no pod that sends load for one of those that are looked at', () => {
  expect(labelsOf({})).toBe('dev.rampart.role!=generator');
  expect(labelsOf({ selector: 'app=api,tier!=web' })).toBe('app=api,tier!=web,dev.rampart.role!=generator');
});
