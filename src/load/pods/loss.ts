/** What became of a generator that hung up, and what it shared its node with, in the words of the cluster. */
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { roleLabel } from '../../model/generator-pods.ts';
import { type GeneratorPod, seen, type Waiting } from './start.ts';
import { whyGone } from './state.ts';

/** A kubelet writes that a container has ended within a second or two; one that is dead never does. */
const patienceMs = 4000;
const pollMs = 200;

/** Why it is gone, asked until the cluster knows; undefined where it does not. Never throws. */
export async function whyLost(cluster: KubeCluster, pod: GeneratorPod, waiting: Waiting): Promise<string | undefined> {
  const ref = { apiVersion: 'v1', kind: 'Pod', name: pod.name, namespace: pod.namespace };
  const untilMs = waiting.nowMs() + patienceMs;
  try {
    while (waiting.nowMs() < untilMs) {
      const now = await cluster.get(ref);
      const why = now ? whyGone(seen(now)) : 'somebody deleted the pod';
      if (why !== undefined) return `pod ${pod.name} on ${pod.node}: ${why}`;
      await waiting.sleep(pollMs, waiting.signal);
    }
    return await nodeTrouble(cluster, pod.node);
  } catch {
    return undefined;
  }
}

async function nodeTrouble(cluster: KubeCluster, name: string): Promise<string | undefined> {
  const node = await cluster.get({ apiVersion: 'v1', kind: 'Node', name });
  const { conditions = [] } = (node?.['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready && ready.status !== 'True' ? `node ${name} is not ready: ${ready.message ?? ready.status}` : undefined;
}

/** Names of pods of these namespaces that run on the node of each generator and are none themselves, by the generator's name. */
export async function sharedNodes(
  cluster: Pick<KubeCluster, 'list'>,
  pods: readonly GeneratorPod[],
  namespaces: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = await Promise.all(
    namespaces.map((namespace) =>
      cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labels: `${roleLabel}!=generator` }),
    ),
  );
  const others = lists.flatMap(({ items }) => items).filter(isAlive);
  return new Map(
    pods.flatMap(({ name, node }) => {
      const here = others.filter((other) => seen(other).spec?.nodeName === node).map(({ metadata }) => metadata.name);
      return here.length > 0 ? [[name, here] as const] : [];
    }),
  );
}

function isAlive(pod: KubeObject): boolean {
  const phase = seen(pod).status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed';
}
