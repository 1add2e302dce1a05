/** Pods and Secrets of generators that earlier runs of this machine, or of pods that are over, left in a namespace that is not their own. */
import type { KubeCluster } from '../host/kube/cluster.ts';
import { coordinatorMark, secretNameOf } from '../load/pods/objects.ts';
import { messageOf } from '../model/errors.ts';
import { roleLabel } from '../model/generator-pods.ts';
import type { Log } from '../model/host.ts';
import { isOrphanOwner, ownerLabel, ownerLabels, runLabel } from '../topology/orphans/containers.ts';
import { labelText } from '../topology/orphans/namespaces.ts';

type Cluster = Pick<KubeCluster, 'get' | 'list' | 'remove'>;
type Kind = 'Pod' | 'Secret';

/** Removes them, in all namespaces where none is given, with a line for each, but those of the run itself; never rejects: what stays is told. */
export async function removeLostGenerators(
  cluster: Cluster,
  namespace: string | undefined,
  { runId, log }: { readonly runId: string; readonly log: Log },
): Promise<void> {
  const pods = await lostRefs(cluster, 'Pod', namespace, runId);
  const listed = await lostRefs(cluster, 'Secret', namespace, runId);
  // Who may list Secrets may read them all, so this user may not: then a pod tells what the Secret of its run is called.
  const named = pods.flatMap((pod) => secretOf(pod) ?? []);
  const secrets = new Map([...listed, ...named].map((ref) => [textOf(ref), ref]));
  const kept = new Set<string>();
  for (const [text, ref] of secrets) if (!(await removed(cluster, ref, log))) kept.add(text);
  // A pod stays as long as its Secret does, or nobody finds that again.
  const free = pods.filter((pod) => !kept.has(textOf(secretOf(pod) ?? pod)));
  for (const pod of free) await removed(cluster, pod, log);
}

function secretOf({ name, namespace }: LostRef): LostRef | undefined {
  const secret = secretNameOf(name);
  return secret === undefined ? undefined : { kind: 'Secret', namespace, name: secret };
}

function textOf({ kind, namespace, name }: LostRef): string {
  return `${kind} ${namespace}/${name}`;
}

/** Whether it is gone. */
async function removed(cluster: Cluster, ref: LostRef, log: Log): Promise<boolean> {
  try {
    if (await cluster.remove({ apiVersion: 'v1', ...ref }, { graceS: 1 }))
      log.warn(`removed ${textOf(ref)}, left behind by an earlier run`);
    return true;
  } catch (error) {
    log.warn(`could not remove ${textOf(ref)}, left behind by an earlier run: ${messageOf(error)}`);
    return false;
  }
}

interface LostRef {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
}

async function lostRefs(
  cluster: Cluster,
  kind: Kind,
  namespace: string | undefined,
  runId: string,
): Promise<LostRef[]> {
  const choice = { namespace, labels: `${roleLabel}=generator` };
  const { items } = await cluster.list({ apiVersion: 'v1', kind }, choice).catch(() => ({ items: [] }));
  const lost = await Promise.all(
    items.map(async ({ metadata: { name, namespace: own, annotations = {}, labels = {} } }) => {
      const owner = annotations[ownerLabel] ?? '';
      // This process has one run at a time.
      const isEarlier = owner === ownerLabels('')[ownerLabel] && labels[runLabel] !== labelText(runId);
      const isLost = isEarlier || isOrphanOwner(owner) || (await isOver(cluster, annotations[coordinatorMark]));
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
