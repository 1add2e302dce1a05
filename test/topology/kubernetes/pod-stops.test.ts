/** Pods that faults end, on a cluster in memory: each by its name, and none that was not meant. */
import { expect, it } from 'vitest';
import { startClock } from '../../../src/host/clock.ts';
import type { KubeObject, KubeRef } from '../../../src/host/kube/cluster.ts';
import type { PodFaultMeans, PodReplica } from '../../../src/topology/kubernetes/pod-replica.ts';
import { restartPods } from '../../../src/topology/kubernetes/pod-stops.ts';

type Changing<Of> = { -readonly [Key in keyof Of]: Of[Key] };

function replicaOf(number: number): Changing<PodReplica> {
  return {
    target: { id: `api-${number}`, service: 'api', ports: {} },
    pod: `api-${number}`,
    container: 'main',
    owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'api' },
  };
}

/** A cluster with the pods of these replicas, which are back as soon as they are asked for. */
function clusterOf(replicas: readonly PodReplica[], onRemove: (name: string) => void) {
  const pods = new Set(replicas.map(({ pod }) => pod));
  const removed: string[] = [];
  const made: string[] = [];
  const means = {
    cluster: {
      get: async ({ name }: KubeRef) => (pods.has(name) ? { metadata: { name, uid: name } } : undefined),
      remove: async ({ kind, name }: KubeRef) => {
        if (kind !== 'Pod') return true;
        removed.push(name);
        onRemove(name);
        return pods.delete(name);
      },
      create: async (object: KubeObject) => {
        made.push(object.kind);
        return object;
      },
      patch: async (ref: KubeRef) => ref,
      list: async () => ({ items: [], resourceVersion: '1' }),
    },
    namespace: 'shop',
    clock: startClock(),
    replicas,
    takeAway: () => undefined,
    giveBack: async () => undefined,
    signal: AbortSignal.timeout(50_000),
  } as unknown as PodFaultMeans;
  return { means, removed, made };
}

it('restarts one after the other', async () => {
  const replicas = [replicaOf(1), replicaOf(2)];
  const { means, removed } = clusterOf(replicas, () => undefined);
  const { message } = await restartPods(replicas, means, means.signal);
  expect({ message, removed }).toEqual({
    message: 'restarted api-1 (pod api-1), api-2 (pod api-2)',
    removed: ['api-1', 'api-2'],
  });
});

it('removes nothing where the next has lost its pod while one came back, for what has no name is all pods', async () => {
  const [first, second] = [replicaOf(1), replicaOf(2)];
  const { means, removed, made } = clusterOf([first, second], () => {
    second.pod = undefined;
  });
  await expect(restartPods([first, second], means, means.signal)).rejects.toMatchObject({
    code: 'fault-failed',
    message: 'api-2 is in no pod for the moment',
  });
  expect(removed).toEqual(['api-1']);
  // What keeps pods from being made is not left behind.
  expect(made).toEqual(['ResourceQuota']);
});
