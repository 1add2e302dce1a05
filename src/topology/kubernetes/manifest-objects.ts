/** The objects of a run from manifests: read, held against what the scenario sets and what may be made, and changed. */
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { usageError } from '../../model/errors.ts';
import type { ManifestTopology } from '../../model/topology-spec.ts';
import { clusterWide as wholeCluster } from '../manifest-survey/cluster-wide.ts';
import type { ManifestObject } from '../manifest-survey/documents.ts';
import { changeObjects } from './change-objects.ts';
import { type PlacedObjects, placeObjects, waysOut } from './place-objects.ts';
import { type ReadPlace, readManifests } from './read-manifests.ts';
import type { RunObjects, RunWorkload } from './run-objects.ts';
import { isJob, isService, replicasOf, workloadOf } from './workloads.ts';

/** The order in which objects are made, so that each finds what it names; other kinds come before those that make pods. */
const order = [
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Role',
  'RoleBinding',
  'Service',
];

/** Reads and changes them; usageError with everything that cannot be. */
export async function manifestObjects(
  spec: ManifestTopology,
  goDebug: readonly string[],
  cluster: Pick<KubeCluster, 'resource' | 'context'>,
  place: ReadPlace,
): Promise<RunObjects> {
  const { objects, by } = await readManifests(spec.manifests, place);
  const placed = placeObjects(objects);
  const outside = await clusterWide(placed.objects, cluster);
  return { ...changedObjects(spec, goDebug, placed, outside), facts: by === undefined ? {} : { manifests: by } };
}

/** What is made of objects that were read, for who has no cluster to ask; usageError as for a run, but for kinds that nobody here knows. */
export function plannedObjects(
  spec: ManifestTopology,
  goDebug: readonly string[],
  read: readonly ManifestObject[],
): Pick<RunObjects, 'before' | 'workloads' | 'warnings'> {
  const placed = placeObjects(read);
  const outside = wholeCluster(placed.objects.map(({ kind, metadata: { name } }) => ({ kind, name }))).map(
    outOfNamespace,
  );
  return changedObjects(spec, goDebug, placed, outside);
}

function changedObjects(
  spec: ManifestTopology,
  goDebug: readonly string[],
  placed: PlacedObjects,
  outside: readonly string[],
): Pick<RunObjects, 'before' | 'workloads' | 'warnings'> {
  const { hostNetwork } = spec.kube;
  const changed = changeObjects(placed.objects, { ...spec, goDebug, hostNetwork });
  const mistakes = [...placed.mistakes, ...outside, ...changed.mistakes, ...waysOut(changed.objects, placed.written)];
  const replicas = Object.fromEntries(
    changed.objects.filter(isService).map((object) => [object.metadata.name, replicasOf(object) ?? 1]),
  );
  // Ports are those that the manifests declare, also where pods on the network of their node declare none.
  const declared = placed.objects.filter(isWorkload).map((object) => workloadOf(object, replicas, mistakes));
  mistakes.push(...sameNames(declared));
  if (declared.every(({ isOneShot }) => isOneShot))
    mistakes.push(
      'none of the objects is a Deployment, a StatefulSet, a DaemonSet or a Pod: nothing could be measured',
    );
  if (mistakes.length > 0)
    throw usageError(
      'kube-manifests',
      [...new Set(mistakes)].join('\n'),
      'docs/kubernetes.md says what is made of manifests.',
    );
  const rank = ({ kind }: KubeObject) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return {
    before: changed.objects.filter((object) => !isWorkload(object)).sort((a, b) => rank(a) - rank(b)),
    workloads: changed.objects.filter(isWorkload).flatMap((object, index) => {
      const workload = declared[index];
      return workload ? [{ ...workload, object, replicas: workload.isOneShot ? 1 : replicasOf(object) }] : [];
    }),
    warnings: placed.warnings,
  };
}

function isWorkload(object: KubeObject): boolean {
  return isService(object) || isJob(object);
}

/** Targets are called after their workload, and the numbers of two of one name would be one. */
function sameNames(workloads: readonly RunWorkload[]): readonly string[] {
  const kinds = new Map<string, string[]>();
  for (const { service, object, isOneShot } of workloads)
    if (!isOneShot) kinds.set(service, [...(kinds.get(service) ?? []), object.kind]);
  return [...kinds]
    .filter(([, own]) => own.length > 1)
    .map(([name, own]) => `${own.join(' and ')} are all called ${name}, and a run knows services by their names`);
}

/** Objects that lie in no namespace, or that the cluster does not know. */
async function clusterWide(
  objects: readonly KubeObject[],
  cluster: Pick<KubeCluster, 'resource' | 'context'>,
): Promise<readonly string[]> {
  const found = await Promise.all(
    objects.map(async (object) => {
      const { kind, apiVersion, metadata } = object;
      const resource = await cluster.resource(object);
      const named = `${kind} ${metadata.name}`;
      if (!resource)
        return [
          `${named}: the cluster of context ${JSON.stringify(cluster.context)} serves no ${kind} of ${apiVersion}`,
        ];
      return resource.isNamespaced ? [] : [outOfNamespace(named)];
    }),
  );
  return found.flat();
}

function outOfNamespace(named: string): string {
  return `${named} would be made for the whole cluster, and a run makes nothing outside of its namespace: create it beforehand, and leave it out`;
}
