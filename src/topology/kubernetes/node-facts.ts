/** The nodes that the replicas of a run are on, for its result. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import { messageOf } from '../../model/errors.ts';
import { nodeFactLines, readNode, unlikeNodes } from '../pods/node-facts.ts';
import type { KubeReplica } from './replica.ts';

/** Facts of the nodes, and what is unlike among them; a cluster that does not show them is a warning. */
export async function nodesOf(
  cluster: Pick<KubeCluster, 'get'>,
  replicas: readonly KubeReplica[],
): Promise<{ readonly facts: Readonly<Record<string, string>>; readonly warnings: readonly string[] }> {
  const places = replicas.flatMap(({ workload: { service }, target: { pod } }) =>
    pod ? [{ service, node: pod.node }] : [],
  );
  const names = [...new Set(places.map(({ node }) => node))].sort();
  try {
    const found = await Promise.all(names.map((name) => cluster.get({ apiVersion: 'v1', kind: 'Node', name })));
    const nodes = found.flatMap((node) => (node ? [readNode(node)] : []));
    return { facts: nodeFactLines(nodes), warnings: unlikeNodes(places, nodes) };
  } catch (error) {
    return {
      facts: {},
      warnings: [`the nodes of the pods are not known, so nobody can tell whether they are alike: ${messageOf(error)}`],
    };
  }
}
