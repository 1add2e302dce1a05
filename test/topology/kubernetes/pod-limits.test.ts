/** Limits of pods changed in place, on a cluster in memory: what a kubelet does is what its status says afterwards. */
import { expect, it } from 'vitest';
import { startClock } from '../../../src/host/clock.ts';
import type { KubeObject, KubeRef } from '../../../src/host/kube/cluster.ts';
import { limitPods } from '../../../src/topology/kubernetes/pod-limits.ts';
import type { PodFaultMeans, PodReplica } from '../../../src/topology/kubernetes/pod-replica.ts';

const before = { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '1', memory: '64Mi' } };

interface Answer {
  readonly hasPodGroups?: boolean;
  readonly pending?: { readonly reason: string; readonly message: string };
  readonly qosClass?: string;
}

/** One replica, and the limits of CPU that it has had. */
function replicaOf({ hasPodGroups = true, pending, qosClass = 'Burstable' }: Answer) {
  const had: unknown[] = [];
  let resources: typeof before = before;
  const pod = (): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api-x' },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', resources: qosClass === 'BestEffort' ? {} : before }] },
    status: {
      qosClass,
      containerStatuses: [{ name: 'main', resources }],
      conditions: pending ? [{ type: 'PodResizePending', status: 'True', ...pending }] : [],
    },
  });
  const cluster = {
    get: async ({ kind, name }: KubeRef) => (kind === 'Pod' && name === 'api-x' ? pod() : undefined),
    patch: async (ref: KubeRef, patch: unknown) => {
      if (ref.name !== 'api-x') return undefined;
      const [container] = (patch as { spec: { containers: [{ resources: typeof before }] } }).spec.containers;
      had.push([ref.part, container.resources.limits.cpu]);
      if (!pending) resources = container.resources;
      return pod();
    },
    nodeHttp: async () => ({
      status: 200,
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify({ kubeletconfig: { cgroupsPerQOS: hasPodGroups } })),
    }),
  };
  const replica = {
    target: { id: 'api-1', service: 'api', ports: {} },
    pod: 'api-x',
    container: 'main',
  } as unknown as PodReplica;
  const means = {
    cluster,
    namespace: 'shop',
    clock: startClock(),
    signal: AbortSignal.timeout(50_000),
  } as unknown as PodFaultMeans;
  const limit = (others: readonly PodReplica[] = []) =>
    limitPods([...others, replica], { resource: 'cpu', amount: 0.5 }, means, means.signal);
  return { had, limit, replica };
}

it('gives less, and gives back what was there', async () => {
  const { had, limit } = replicaOf({});
  const fault = await limit();
  expect(fault.message).toBe('limited cpu to 500m of api-1 (pod api-x)');
  await fault.undo?.(AbortSignal.timeout(50_000));
  expect(had).toEqual([
    ['resize', '500m'],
    ['resize', '1'],
  ]);
});

it('does not ask a kubelet that would crash', async () => {
  const { had, limit } = replicaOf({ hasPodGroups: false });
  await expect(limit()).rejects.toMatchObject({
    code: 'fault-failed',
    message: expect.stringMatching(/api-1: the kubelet of node node-1 runs without control groups of pods/),
  });
  expect(had).toEqual([]);
});

it('says why a kubelet will not do it, and takes back what it was asked', async () => {
  const { limit } = replicaOf({ pending: { reason: 'Infeasible', message: "Node didn't have enough capacity" } });
  await expect(limit()).rejects.toMatchObject({ message: expect.stringMatching(/Infeasible: Node didn't have/) });
});

it('says what a pod without requests and limits needs', async () => {
  const { had, limit } = replicaOf({ qosClass: 'BestEffort' });
  await expect(limit()).rejects.toMatchObject({ message: expect.stringMatching(/topology\.limits/) });
  expect(had).toEqual([]);
});

it('says of a replica that has no pod that it has none', async () => {
  const { had, limit, replica } = replicaOf({});
  const away = { ...replica, target: { ...replica.target, id: 'api-2' }, pod: undefined };
  await expect(limit([away])).rejects.toMatchObject({
    code: 'fault-failed',
    message: expect.stringMatching(/^api-2 /),
  });
  expect(had).toEqual([]);
});

it('gives back what it took of every replica, also where one has lost its pod meanwhile', async () => {
  const { had, limit, replica } = replicaOf({});
  const other: { -readonly [Key in keyof PodReplica]: PodReplica[Key] } = { ...replica };
  const fault = await limit([other]);
  other.pod = undefined;
  await fault.undo?.(AbortSignal.timeout(50_000));
  expect(had.at(-1)).toEqual(['resize', '1']);
});
