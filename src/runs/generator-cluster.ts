/** Which cluster has the pods of generators, and whether the topology is in it, too. */
import type { KubeCluster } from '../host/kube/cluster.ts';
import type { KubePlace } from '../host/kube/config.ts';
import { connectKube } from '../host/kube/connect.ts';
import type { GeneratorPodsSpec } from '../model/generator-pods.ts';
import { isExternal, type TopologySpec } from '../model/topology-spec.ts';

/** A cluster, of which nothing is asked yet; it must be closed. */
export interface GeneratorCluster {
  readonly cluster: KubeCluster;
  /** Whether pods of the topology, where it has any, are pods of this cluster. */
  readonly isOfTopology: boolean;
}

/** That of the topology, but where the scenario names another one; rejects where there is none. */
export async function connectGenerators(
  { context }: Pick<GeneratorPodsSpec, 'context'>,
  topology: TopologySpec,
  env: KubePlace['env'],
): Promise<GeneratorCluster> {
  const beside = clusterOf(topology);
  const cluster = await connectKube({ env, ...beside, context: context ?? beside?.context });
  if (context === undefined || !beside) return { cluster, isOfTopology: true };
  const other = await connectKube({ env, ...beside });
  other.close();
  return { cluster, isOfTopology: other.server === cluster.server };
}

/** Undefined of a topology that is in no cluster. */
function clusterOf(topology: TopologySpec): Omit<KubePlace, 'env'> | undefined {
  if (isExternal(topology)) {
    const { namespace, context, kubeconfig } = topology;
    return namespace === undefined ? undefined : { context, kubeconfig };
  }
  return topology.engine === 'kubernetes' ? { ...topology.kube } : undefined;
}
