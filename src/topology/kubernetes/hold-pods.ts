/** Keeps a namespace of rampart's own from getting any new pod: whatever makes them tries again until it may. */
import { randomBytes } from 'node:crypto';
import type { PodFaultMeans, PodOwner } from './pod-replica.ts';

/** In force until it is let go. */
export interface HeldPods {
  /** Lets pods be made again, and has what makes those of these services try at once. */
  letGo(owners: readonly PodOwner[]): Promise<void>;
}

/** By a quota of no pods (ResourceQuota), which touches none that is there. */
export async function holdPods({ cluster, namespace, clock }: PodFaultMeans): Promise<HeldPods> {
  const kind = { apiVersion: 'v1', kind: 'ResourceQuota' };
  const name = `rampart-hold-${randomBytes(4).toString('hex')}`;
  await cluster.create({ ...kind, metadata: { namespace, name }, spec: { hard: { pods: '0' } } });
  return {
    letGo: async (owners) => {
      await cluster.remove({ ...kind, namespace, name });
      // Whoever was refused waits longer each time; any change of the object wakes it.
      const nudge = { metadata: { annotations: { 'rampart/nudged': String(Math.round(clock.nowUs())) } } };
      for (const owner of owners)
        for (const ref of await makersOf(owner, cluster, namespace)) await cluster.patch({ ...ref, namespace }, nudge);
    },
  };
}

/** What makes the pods itself: of a Deployment its ReplicaSets. */
async function makersOf(owner: PodOwner, cluster: PodFaultMeans['cluster'], namespace: string) {
  const { apiVersion, kind, name } = owner;
  if (kind === 'Pod') return [];
  if (kind !== 'Deployment') return [{ apiVersion, kind, name }];
  const sets = await cluster.list({ apiVersion, kind: 'ReplicaSet' }, { namespace });
  return sets.items
    .filter(({ metadata }) => metadata.ownerReferences?.some((each) => each.kind === kind && each.name === name))
    .map(({ metadata }) => ({ apiVersion, kind: 'ReplicaSet', name: metadata.name }));
}
