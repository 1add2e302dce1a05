/** The namespace in which a run makes its objects: its own, or the one that the runs of its experiment use one after the other. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import type { RunContext } from '../../model/contracts.ts';
import { messageOf } from '../../model/errors.ts';
import type { KeptNamespace, KeptNamespaces } from '../../model/kept-namespaces.ts';
import { makeNamespace, type NamespaceParts } from '../orphans/namespaces.ts';
import { hasClaims, looksUpNames, untraceable } from './left-traces.ts';
import { madeBy } from './made-resources.ts';
import { missingRights } from './missing-rights.ts';
import { notingCluster, removeObjects } from './remove-objects.ts';
import { rightsFor, rightText } from './rights.ts';
import type { RunObjects } from './run-objects.ts';

/** Where a run is at home until it leaves. */
export interface RunHome {
  readonly name: string;
  /** What the run has to make its objects with. */
  readonly cluster: KubeCluster;
  /** Events that are of other runs, by uid. */
  readonly eventsBefore: ReadonlySet<string>;
  /** Resolves when nothing of the run is there any more; what is left is told. Never rejects. */
  leave(): Promise<void>;
}

/** What it is made with. */
export interface HomeParts {
  readonly cluster: KubeCluster;
  readonly context: Pick<RunContext, 'kept' | 'runId' | 'clock' | 'log' | 'signal'>;
  /** A way to the cluster that lasts as long as what is kept. */
  readonly connect: () => Promise<KubeCluster>;
}

/** In a namespace that holds nothing of an earlier run; rejects where there can be none. */
export async function openHome(objects: RunObjects, parts: HomeParts): Promise<RunHome> {
  const { cluster, context } = parts;
  const { kept, log } = context;
  const why = kept && (await whyNotShared(objects, cluster));
  if (kept && why === undefined) return await sharedHome(kept, objects, parts);
  if (why !== undefined) log.warn(`each run is in a namespace of its own: ${why}`);
  const { name, remove } = await makeNamespace(namespaceParts(cluster, context));
  return { name, cluster, eventsBefore: new Set(), leave: remove };
}

function namespaceParts(cluster: KubeCluster, { runId, clock, log }: HomeParts['context']): NamespaceParts {
  return { cluster, runId, clock, log, isInPod: cluster.context === 'in-cluster' };
}

async function whyNotShared(objects: RunObjects, cluster: KubeCluster): Promise<string | undefined> {
  const unknown = untraceable(objects);
  if (unknown.length > 0) return `nobody can tell what is made for ${unknown.join(', ')}, so it is removed with all`;
  const made = await madeBy(objects, cluster);
  const running = new Set(rightsFor({ kind: 'run', made }).map(rightText));
  const shared = rightsFor({ kind: 'run', made, shared: { hasClaims: hasClaims(objects) } });
  const more = shared.filter((right) => !running.has(rightText(right)));
  const missing = await missingRights(cluster, more);
  return missing.length === 0
    ? undefined
    : `to share one, the user of context ${JSON.stringify(cluster.context)} would have to ${missing.map(rightText).join(', ')} (rampart doctor --kubernetes prints the role)`;
}

async function sharedHome(kept: KeptNamespaces, objects: RunObjects, parts: HomeParts): Promise<RunHome> {
  const { context } = parts;
  const { clock, log, signal } = context;
  const key = `${parts.cluster.context} ${parts.cluster.server}`;
  const giveUp = async (namespace: KeptNamespace, left: string) => {
    log.warn(
      `namespace ${namespace.name} is removed with what a run has left in it, and the next gets another: ${left}`,
    );
    kept.delete(key);
    await namespace.remove();
  };
  const before = kept.get(key);
  const pods = before ? await podsIn(before.name, parts.cluster) : [];
  if (before && pods.length > 0) await giveUp(before, pods.join(', '));
  const namespace = kept.get(key) ?? (await makeKept(parts));
  kept.set(key, namespace);
  const { name } = namespace;
  const nowHrUs = () => clock.originHrUs + clock.nowUs();
  const isByName = looksUpNames(objects);
  const waitMs = (namespace.namesUntilHrUs - nowHrUs()) / 1000;
  if (isByName && waitMs > 0) {
    log.info(`waiting ${Math.ceil(waitMs / 1000)} s until the cluster's DNS has forgotten the run before`);
    await clock.sleep(waitMs, signal);
  }
  const { items } = await parts.cluster.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: name });
  const noting = notingCluster(parts.cluster);
  const leave = async () => {
    // Nothing comes after this run.
    if (signal.aborted) {
      kept.delete(key);
      await namespace.remove();
      return;
    }
    const removal = { cluster: parts.cluster, namespace: name, clock, hasClaims: hasClaims(objects) };
    const left = await noting
      .made()
      .then((made) => removeObjects(made, removal))
      .catch((error: unknown) => [messageOf(error)]);
    if (left.length > 0) await giveUp(namespace, left.join(', '));
    else if (isByName) namespace.namesUntilHrUs = nowHrUs() + dnsKeepsMs * 1000;
  };
  return {
    name,
    cluster: noting.cluster,
    eventsBefore: new Set(items.map(({ metadata }) => metadata.uid ?? '')),
    leave,
  };
}

/** As long as the DNS of a cluster gives an answer again that it gave before, by what kubeadm and the DNS of GKE set. */
const dnsKeepsMs = 30_000;

async function makeKept({ context, connect }: HomeParts): Promise<KeptNamespace> {
  const cluster = await connect();
  // That of the run itself may be wanted for its generators.
  const runId = `${context.runId}-arms`;
  try {
    const { name, remove } = await makeNamespace(namespaceParts(cluster, { ...context, runId }));
    return {
      name,
      runId,
      namesUntilHrUs: 0,
      remove: async () => {
        await remove();
        cluster.close();
      },
    };
  } catch (error) {
    cluster.close();
    throw error;
  }
}

async function podsIn(namespace: string, cluster: KubeCluster): Promise<readonly string[]> {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
  return items.map(({ metadata }) => `Pod ${metadata.name}`);
}
