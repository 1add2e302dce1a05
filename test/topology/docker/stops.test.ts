/** Containers that are to stand still, on an engine that will not do it to all of them. */
import { expect, it } from 'vitest';
import type { ContainerReplica, FaultMeans } from '../../../src/topology/docker/replica.ts';
import { pauseContainers } from '../../../src/topology/docker/stops.ts';
import { fakeEngine } from '../../helpers/fake-engine.ts';

function replicaOf(number: number): ContainerReplica {
  const target = { id: `api-${number}`, service: 'api', ports: {}, isAway: false };
  return {
    containerId: `c${number}`,
    target,
    moveTo: () => undefined,
    isAway: (away) => {
      target.isAway = away;
    },
  };
}

it('all go on where one cannot be paused, and none is taken for one that is away', async () => {
  const done: string[] = [];
  const change = {
    pause: async (id: string) => {
      if (id === 'c2') throw new Error('the engine says no');
      done.push(`pause ${id}`);
    },
    unpause: async (id: string) => {
      if (id === 'c2') throw new Error('c2 is not paused');
      done.push(`unpause ${id}`);
    },
  };
  const docker = fakeEngine({ inspect: async () => ({ isRunning: true }), change } as never);
  const replicas = [replicaOf(1), replicaOf(2)];
  const pausing = pauseContainers(replicas, { docker } as FaultMeans);
  await expect(pausing).rejects.toThrow('cannot pause api-2: the engine says no');
  expect(done).toEqual(['pause c1', 'unpause c1']);
  expect(replicas.map(({ target }) => target.isAway)).toEqual([false, false]);
});
