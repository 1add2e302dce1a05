/** Events of a cluster (core/v1, Event) about pods and nodes that are looked at, in words for people. */
import type { KubeObject } from '../../host/kube/cluster.ts';

/** What a component of the cluster saw of an object. */
export interface ClusterEvent {
  readonly uid: string;
  readonly about: { readonly kind: string; readonly name: string; readonly uid: string };
  readonly reason: string;
  readonly message: string;
  readonly isWarning: boolean;
  readonly count: number;
}

/** Reads it, with whichever of the fields its writer has used for how often. */
export function readClusterEvent(object: KubeObject): ClusterEvent {
  const { involvedObject, reason, message, type, count, series } = object as unknown as {
    readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
    readonly reason?: string;
    readonly message?: string;
    readonly type?: string;
    readonly count?: number;
    readonly series?: { readonly count?: number };
  };
  return {
    uid: object.metadata.uid ?? object.metadata.name,
    about: { kind: involvedObject?.kind ?? '', name: involvedObject?.name ?? '', uid: involvedObject?.uid ?? '' },
    reason: reason ?? '',
    message: (message ?? '').trim(),
    isWarning: type === 'Warning',
    count: series?.count ?? count ?? 1,
  };
}

/** Told by the states of pods, and better: once when it happens, with the container's own words. */
const toldByStates = new Set(['BackOff', 'Evicted', 'Failed', 'OOMKilling']);

const words: Readonly<Record<string, string>> = {
  Unhealthy: 'the kubelet says',
  FailedScheduling: 'no node takes it',
  FailedMount: 'a volume cannot be mounted',
  FailedAttachVolume: 'a volume cannot be attached',
  FailedCreatePodSandBox: 'its sandbox cannot be made',
  ProbeWarning: 'a probe answers oddly',
  NodeNotReady: 'its node is not ready',
  Preempted: 'a pod of higher priority takes its place',
  Killing: 'the kubelet stops it',
};

/**
 * What to say of an event of a pod: every warning that its states do not tell, and that the kubelet stops a container because of its
 * probe. Undefined for the rest, and for one that was told and has not come twice as often since.
 */
export function eventWords(event: ClusterEvent, toldCount: number | undefined): string | undefined {
  const { reason, message, isWarning, count } = event;
  const isProbeKill = reason === 'Killing' && /probe/i.test(message);
  if (!(isWarning || isProbeKill) || toldByStates.has(reason)) return undefined;
  if (toldCount !== undefined && count < 2 * toldCount) return undefined;
  const times = count > 1 ? ` (${count} times)` : '';
  return `${words[reason] ?? reason}: ${message}${times}`;
}
