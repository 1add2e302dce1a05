/** The way of the load into a cluster: to which workload, and by which address. */
import type { AskedFaults } from '../../model/contracts.ts';
import { environmentError, usageError } from '../../model/errors.ts';
import { isSelected } from './change-objects.ts';
import type { ReplicaReach } from './reach-replicas.ts';
import type { KubeReplica } from './replica.ts';
import type { RunObjects } from './run-objects.ts';

/** Where load goes to a Service that is called otherwise than its one workload, that is called as the Service; usageError where there is none. */
export function inServiceNames(objects: RunObjects, loadTo: string | undefined): RunObjects {
  const { workloads, before } = objects;
  if (loadTo === undefined || workloads.some(({ service }) => service === loadTo)) return objects;
  const service = before.find(({ kind, metadata }) => kind === 'Service' && metadata.name === loadTo);
  const chosen = workloads.filter(({ object, isOneShot }) => service && !isOneShot && isSelected(service, object));
  const names = workloads.map((each) => each.service).join(', ');
  if (chosen.length !== 1)
    throw usageError(
      'unknown-service',
      service
        ? `target.service: Service ${loadTo} sends to ${chosen.map((each) => each.service).join(' and ') || 'none of the workloads'}, and one is needed`
        : `target.service: ${loadTo} is no workload and no Service of what is started (workloads: ${names})`,
    );
  return { ...objects, workloads: workloads.map((each) => (each === chosen[0] ? { ...each, service: loadTo } : each)) };
}

/** Throws where load is to go to pods that this machine does not reach. */
export function refuseUnreached(replicas: readonly KubeReplica[], asked: AskedFaults | undefined): void {
  const meant = replicas.filter(({ workload }) => workload.service === asked?.loadTo);
  if (meant.length === 0 || meant.some(({ target }) => Object.keys(target.ports).length > 0)) return;
  const [first] = meant;
  const at = first?.state()?.address ?? 'no address';
  throw environmentError(
    'kube-unreached',
    `this machine does not reach the pods of ${asked?.loadTo} (${first?.target.id} is at ${at}), and no Service of the run leads to them from outside`,
    'Send the load from inside with load.generators.pods, run rampart in the cluster, or give the manifests a Service of type NodePort or LoadBalancer.',
  );
}

/** What stands between the load and the pods, and whether it is pods that answer. */
export function loadWarnings(
  asked: AskedFaults | undefined,
  { isStraight, unseenAt }: Pick<ReplicaReach, 'isStraight' | 'unseenAt'>,
): string[] {
  const { loadTo } = asked ?? {};
  const indirect =
    loadTo !== undefined && isStraight.get(loadTo) === false
      ? [
          `load to ${loadTo} goes through a port of a node or a load balancer, because this machine does not reach pods: latencies hold what that adds`,
        ]
      : [];
  const unseen = [...unseenAt].map(([target, at]) => `${target} at ${at}`);
  return unseen.length === 0
    ? indirect
    : [
        ...indirect,
        `pods have the network of their node, and nobody here can see that it is them who answer (${unseen.join(', ')}): another program of the node that listens at such a port on all addresses would, where a pod listens elsewhere`,
      ];
}
