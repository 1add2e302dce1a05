/** What a reader is told of the way of the load into a cluster. */
import { expect, it } from 'vitest';
import type { AskedFaults } from '../../../src/model/contracts.ts';
import { loadWarnings } from '../../../src/topology/kubernetes/load-ways.ts';

const asked = { loadTo: 'api', loadPort: 80, faults: [] } as unknown as AskedFaults;
const warned = (isStraight: boolean, unseenAt: readonly (readonly [string, string])[] = []) =>
  loadWarnings(asked, { isStraight: new Map([['api', isStraight]]), unseenAt: new Map(unseenAt) });

it('is nothing where load goes straight to pods that are seen to answer', () => {
  expect(warned(true)).toEqual([]);
});

it('is what stands before pods', () => {
  expect(warned(false)).toEqual([
    expect.stringMatching(/^load to api goes through a port of a node or a load balancer/),
  ]);
});

it('is one warning for all whose answers may be of another program', () => {
  const all = [
    ['api-1', '10.0.0.7:80'],
    ['api-2', '10.0.0.8:80'],
  ] as const;
  expect(warned(true, all)).toEqual([expect.stringContaining('(api-1 at 10.0.0.7:80, api-2 at 10.0.0.8:80)')]);
});
