/** A cluster in memory that tells of pods as they change, and of nothing else. */
import type { KubeCluster, KubeEvent, KubeKind, KubeObject } from '../../../src/host/kube/cluster.ts';

type Fields = Readonly<Record<string, unknown>>;

const running = { running: {} };
/** The state of a container that was killed. */
export const ended = { terminated: { exitCode: 137, reason: 'Error' } };
/** The status of a pod that was evicted: it stays as an object. */
export const evicted = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };

/** A pod of the first workload of a run, Deployment `api`; its name is its uid. */
export function podNamed(name: string, status: Fields = {}, state: Fields = running, isReady = true): KubeObject {
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  const containerStatuses = [{ name: 'main', containerID: `containerd://${name}`, state, ready: isReady }];
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-5d8', uid: 'r', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      namespace: 'shop',
      labels: { 'dev.rampart.workload': '0', 'pod-template-hash': '5d8' },
      ownerReferences: [owner],
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'main' }] },
    status: { phase: 'Running', conditions, containerStatuses, ...status },
  };
}

/** The cluster, and what is said by it. */
export function toldPods(first: readonly KubeObject[] = []) {
  const queue: KubeEvent[] = [];
  let wake = () => {};
  const ends = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
  const cluster = {
    list: async ({ kind }: KubeKind) => ({ items: kind === 'Pod' ? first : [], resourceVersion: '1' }),
    watch: async function* ({ kind }: KubeKind, { signal }: { signal?: AbortSignal }) {
      const over = ends(signal);
      while (kind === 'Pod' && !signal?.aborted) {
        yield* queue.splice(0);
        const more = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([over, more]);
      }
      await over;
    },
    logs: async function* (_namespace: string, _pod: string, _container: string, { signal }: { signal?: AbortSignal }) {
      yield { time: '2026-01-01T00:00:00Z', text: 'begun' };
      await ends(signal);
    },
  } as unknown as KubeCluster;
  const say = (type: KubeEvent['type'], object: KubeObject) => {
    queue.push({ type, object });
    wake();
  };
  return { cluster, say };
}
