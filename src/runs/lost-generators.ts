/** Pods and Secrets of generators that killed runs of this machine, or of pods that are over, left in a namespace that is not their own. */
import type { KubeCluster } from '../host/kube/cluster.ts';
import { coordinatorMark, secretNameOf } from '../load/pods/objects.ts';
import { messageOf } from '../model/errors.ts';
import { roleLabel } from '../model/generator-pods.ts';
import type { Log } from '../model/host.ts';
import { isOrphanOwner, ownerLabel } from '../topology/orphans/containers.ts';

type Cluster = Pick<KubeCluster, 'get' | 'list' | 'remove'>;
type Kind = 'Pod' | 'Secret';

/** Removes them, in all namespaces where none is given, with a line for each; never rejects: what stays is told. */
export async function removeLostGenerators(cluster: Cluster, namespace: string | undefined, log: Log): Promise<void> {
  const pods = await lostRefs(cluster, 'Pod', namespace);
  const listed = await lostRefs(cluster, 'Secret', namespace);
  // Who may list Secrets may read them all, so this user may not: then a pod tells what the Secret of its run is called.
  const named = pods.flatMap(({ name, ...ref }) => {
    const secret = secretNameOf(name);
    return secret === undefined ? [] : [{ ...ref, kind: 'Secret' as const, name: secret }];
  });
  const lost = new Map([...pods, ...listed, ...named].map((ref) => [`${ref.kind} ${ref.namespace}/${ref.name}`, ref]));
  for (const [text, ref] of lost)
    try {
      if (await cluster.remove({ apiVersion: 'v1', ...ref }, { graceS: 1 }))
        log.warn(`removed ${text}, left behind by a run that was killed`);
    } catch (error) {
      log.warn(`could not remove ${text}, left behind by a run that was killed: ${messageOf(error)}`);
    }
}

interface LostRef {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
}

async function lostRefs(cluster: Cluster, kind: Kind, namespace: string | undefined): Promise<LostRef[]> {
  const choice = { namespace, labels: `${roleLabel}=generator` };
  const { items } = await cluster.list({ apiVersion: 'v1', kind }, choice).catch(() => ({ items: [] }));
  const lost = await Promise.all(
    items.map(async ({ metadata: { name, namespace: own, annotations = {} } }) => {
      const isLost =
        isOrphanOwner(annotations[ownerLabel] ?? '') || (await isOver(cluster, annotations[coordinatorMark]));
      return isLost ? [{ kind, namespace: own, name }] : [];
    }),
  );
  return lost.flat();
}

/** Whether the pod of a coordinator is gone, or none of its containers will run again; what cannot be seen may live. */
async function isOver(cluster: Cluster, mark = ''): Promise<boolean> {
  const [namespace, name, uid] = mark.split('/');
  if (!namespace || !name || !uid) return false;
  try {
    const found = await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
    const { phase } = (found?.['status'] ?? {}) as { readonly phase?: string };
    return found?.metadata.uid !== uid || phase === 'Succeeded' || phase === 'Failed';
  } catch {
    return false;
  }
}
