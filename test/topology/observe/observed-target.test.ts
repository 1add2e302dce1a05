/** Names of observed targets. */
import { expect, it } from 'vitest';
import { nameTargets } from '../../../src/topology/observe/observed-target.ts';

it('numbers targets of one name, keeps a number that was given, and makes them safe as file names', () => {
  expect(nameTargets(['api', 'web-2', 'api', 'a/b', 'web', 'web-2', 'web']).map(({ id }) => id)).toEqual([
    'api-1',
    'web-2',
    'api-2',
    'a_b-1',
    'web-1',
    'web-3',
    'web-4',
  ]);
  expect(nameTargets(['web-2'])).toEqual([{ id: 'web-2', service: 'web' }]);
});
