/** A pod of a workload as a target of a run: which one it is now, and where it is reached. */
import type { KubePlace } from '../../host/kube/config.ts';
import type { PodPlace, Target } from '../../model/topology.ts';
import type { PodState } from '../pods/pod-state.ts';
import type { PodReplica } from './pod-replica.ts';
import type { PodAddresses } from './reach.ts';
import type { RunWorkload } from './run-objects.ts';

/** A replica of a workload; the pod that it is in may be replaced. */
export interface KubeReplica extends PodReplica {
  readonly workload: RunWorkload;
  /** From 1. */
  readonly number: number;
  /** The pod that it is in, as it is now; undefined while it has none. */
  state(): PodState | undefined;
  /** It is in this pod from now on, or in none. */
  moveTo(pod: PodState | undefined): void;
  /** It is reached there from now on. */
  reachAt(addresses: PodAddresses): void;
  isAway(away: boolean): void;
}

/** Without a pod, and away. */
export function createReplica(workload: RunWorkload, number: number, place: Omit<KubePlace, 'env'>): KubeReplica {
  const { service } = workload;
  const target: { -readonly [Key in keyof Target]: Target[Key] } = {
    id: `${service}-${number}`,
    service,
    ports: {},
    isAway: true,
  };
  const { apiVersion, kind, metadata } = workload.object;
  let current: PodState | undefined;
  return {
    owner: { apiVersion, kind, name: metadata.name },
    get container() {
      return workload.container ?? current?.containers[0].name ?? '';
    },
    get pod() {
      return current?.name;
    },
    workload,
    number,
    target,
    state: () => current,
    moveTo: (pod) => {
      current = pod;
      if (pod) target.pod = podPlace(pod, place);
    },
    reachAt: (addresses) => {
      Object.assign(target, addresses);
    },
    isAway: (away) => {
      target.isAway = away;
    },
  };
}

function podPlace(pod: PodState, { context, kubeconfig }: Omit<KubePlace, 'env'>): PodPlace {
  const [{ name: container, id }] = pod.containers;
  const { namespace, name, node, sharesNetwork } = pod;
  return { context, kubeconfig, namespace, name, node, container, containerId: id, sharesNetwork };
}
