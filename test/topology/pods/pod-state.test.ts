/** What is read of a pod. */
import { expect, it } from 'vitest';
import { readPod } from '../../../src/topology/pods/pod-state.ts';
import { pod, podObject } from './pods.ts';

it('a pod of a Deployment is one of its replicas', () => {
  expect(pod()).toMatchObject({
    workload: 'api',
    node: 'node-1',
    address: '10.0.0.7',
    isReady: true,
    containers: [{ name: 'api', id: 'a1'.repeat(32), isRunning: true, memoryLimit: '64Mi' }],
  });
});

it.each([
  ['a StatefulSet', { labels: {}, ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] }, 'db'],
  ['a Job', { labels: {}, ownerReferences: [{ kind: 'Job', name: 'load-1', controller: true }] }, 'load-1'],
  ['nothing', { labels: {}, ownerReferences: undefined }, 'api-5d8-x1'],
  ['a ReplicaSet of nobody', { labels: {}, ownerReferences: [{ kind: 'ReplicaSet', name: 'api-5d8' }] }, 'api-5d8'],
  [
    'a Rollout',
    {
      labels: { 'rollouts-pod-template-hash': '77c' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-77c', controller: true }],
    },
    'web',
  ],
])('a pod of %s', (_, metadata, workload) => {
  expect(pod({ metadata }).workload).toBe(workload);
});

const two = { containers: [{ name: 'proxy' }, { name: 'api', env: [{ name: 'GODEBUG', value: 'gctrace=1' }] }] };

it('of several containers the first is looked at, or the one that an annotation names', () => {
  expect(pod({ spec: two }).containers.map(({ name }) => name)).toEqual(['proxy', 'api']);
  const metadata = { annotations: { 'kubectl.kubernetes.io/default-container': 'api' } };
  expect(pod({ spec: two, metadata }).containers[0]).toMatchObject({ name: 'api', goDebug: 'gctrace=1' });
});

it('a pod that is only wanted yet has no node, no address and no container', () => {
  const spec = { nodeName: undefined };
  const read = pod({
    spec,
    status: { phase: 'Pending', podIP: undefined, conditions: undefined, containerStatuses: undefined },
  });
  expect(read).toMatchObject({
    node: '',
    address: undefined,
    isReady: false,
    containers: [{ id: undefined, isRunning: false }],
  });
});

it('what has no container is no pod', () => {
  expect(readPod({ ...podObject(), spec: {} })).toBeUndefined();
});
