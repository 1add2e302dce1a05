/** Pods as a cluster tells them. */
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { type PodState, readPod } from '../../../src/topology/pods/pod-state.ts';

type Json = Readonly<Record<string, unknown>>;

/** What of a pod is otherwise than usual. */
export interface PodParts {
  readonly metadata?: Json;
  readonly spec?: Json;
  readonly container?: Json;
  readonly status?: Json;
  readonly containerStatus?: Json;
}

/** A pod of Deployment `api` that runs, with one container. */
export function podObject({ metadata, spec, container, status, containerStatus }: PodParts = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'api-5d8-x1',
      namespace: 'shop',
      uid: 'u1',
      labels: { app: 'api', 'pod-template-hash': '5d8' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-5d8', uid: 'r', controller: true }],
      ...metadata,
    } as unknown as KubeObject['metadata'],
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'api', image: 'api:1', resources: { limits: { memory: '64Mi' } }, ...container }],
      ...spec,
    },
    status: {
      phase: 'Running',
      podIP: '10.0.0.7',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'api',
          containerID: `containerd://${'a1'.repeat(32)}`,
          restartCount: 0,
          ready: true,
          state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          lastState: {},
          ...containerStatus,
        },
      ],
      ...status,
    },
  };
}

/** The same, read. */
export function pod(parts: PodParts = {}): PodState {
  const read = readPod(podObject(parts));
  if (!read) throw new Error('it is no pod');
  return read;
}
