/** Kinds of objects as rights are given for them. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import { groupOf } from './fields.ts';
import type { MadeResource } from './rights.ts';
import type { RunObjects } from './run-objects.ts';

/** Each resource of the objects of a run, once. */
export async function madeBy(
  { before, workloads }: RunObjects,
  cluster: Pick<KubeCluster, 'resource'>,
): Promise<readonly MadeResource[]> {
  const made = new Map<string, MadeResource>();
  for (const object of [...before, ...workloads.map((workload) => workload.object)]) {
    const resource = (await cluster.resource(object))?.plural;
    const group = groupOf(object);
    if (resource !== undefined) made.set(`${group}/${resource}`, { group, resource });
  }
  return [...made.values()];
}
