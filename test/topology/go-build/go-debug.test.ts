/** GODEBUG of a service and of the samplers, in one variable. */
import { expect, it } from 'vitest';
import { withGoDebug } from '../../../src/topology/go-build/go-debug.ts';

it.each([
  [undefined, ['schedtrace=1000'], 'schedtrace=1000'],
  ['', ['schedtrace=1000', 'gctrace=1'], 'schedtrace=1000,gctrace=1'],
  ['madvdontneed=1', ['gctrace=1'], 'madvdontneed=1,gctrace=1'],
  ['gctrace=0,madvdontneed=1', ['gctrace=1'], 'madvdontneed=1,gctrace=1'],
  ['gctrace=1', [], 'gctrace=1'],
])('%s with %j is %s', (present, added, expected) => {
  const environment = withGoDebug(present === undefined ? {} : { GODEBUG: present }, added);
  expect(environment).toEqual({ GODEBUG: expected });
});

it('no variable appears where none is asked for', () => {
  expect(withGoDebug({ A: '1' }, [])).toEqual({ A: '1' });
});
