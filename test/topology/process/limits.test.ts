/** Limits of several replicas, of which one is not lifted. */
import { expect, it } from 'vitest';
import type { ReplicaGroups } from '../../../src/topology/process/groups.ts';
import { limitReplicas } from '../../../src/topology/process/limits.ts';
import type { Replica } from '../../../src/topology/process/replica.ts';

function replicaOf(id: string): Replica {
  const target = { id, service: 'api', ports: {}, isAway: false };
  return { plan: { id, service: 'api' }, target, running: () => ({ pid: 1 }) } as unknown as Replica;
}

it('all others are lifted where one cannot be', async () => {
  const lifted: string[] = [];
  const limit: ReplicaGroups['limit'] =
    async ({ id }) =>
    async () => {
      if (id === 'api-1') throw new Error('api-1 is not lifted');
      lifted.push(id);
    };
  const replicas = ['api-1', 'api-2', 'api-3'].map(replicaOf);
  const { undo } = await limitReplicas(replicas, { limit } as ReplicaGroups, 'cpu', 0.5, '0.5 cores');
  await expect(undo?.(new AbortController().signal)).rejects.toThrow('api-1 is not lifted');
  expect(lifted).toEqual(['api-2', 'api-3']);
});
