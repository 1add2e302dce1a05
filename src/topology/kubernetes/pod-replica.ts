/** A replica of a run on Kubernetes over all its lives: the pod that it is now, and whether it is there. */
import type { KubeCluster, KubeKind, KubeRef } from '../../host/kube/cluster.ts';
import { environmentError } from '../../model/errors.ts';
import type { Clock } from '../../model/host.ts';
import type { Target } from '../../model/topology.ts';
import type { RunMeans } from '../faults/run-fault.ts';

/** What makes the pods of a service. */
export interface PodOwner extends KubeKind {
  readonly name: string;
}

/** A replica that can be taken away and come back as another pod. */
export interface PodReplica {
  /** Kept up to date. */
  readonly target: Target;
  /** The pod that it is now; undefined where there is none. */
  readonly pod: string | undefined;
  /** The container that is measured. */
  readonly container: string;
  readonly owner: PodOwner;
}

/** What faults are done with. */
export interface PodFaultMeans {
  readonly cluster: Pick<KubeCluster, 'get' | 'list' | 'create' | 'patch' | 'remove' | 'exec' | 'nodeHttp'>;
  readonly namespace: string;
  readonly clock: Clock;
  /** In the order of their numbers, also those that are away. */
  readonly replicas: readonly PodReplica[];
  /** Nobody looks at it from now on, and its end is no news. */
  takeAway(replica: PodReplica): void;
  /** Resolves when all of these are in pods that can take load, and are looked at again. */
  giveBack(replicas: readonly PodReplica[], signal: AbortSignal): Promise<void>;
  /** Makes the pod of a service that is one pod alone, which nobody else makes again. */
  makeAgain(owner: PodOwner): Promise<void>;
  readonly run: RunMeans;
  /** That of the run. */
  readonly signal: AbortSignal;
}

/** `api-2 (pod api-6b7f9-x2x1p)`. */
export function namedPods(replicas: readonly PodReplica[]): string {
  return replicas.map(({ target, pod }) => `${target.id} (pod ${pod ?? 'none'})`).join(', ');
}

/** The pod that a replica is now; throws a fault-failed environmentError where it is none, for what has no name would be all pods there are. */
export function podRef({ target, pod }: PodReplica, namespace: string): KubeRef & { readonly namespace: string } {
  if (pod === undefined) throw environmentError('fault-failed', `${target.id} is in no pod for the moment`);
  return { apiVersion: 'v1', kind: 'Pod', namespace, name: pod };
}
