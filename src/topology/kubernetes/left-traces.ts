/** What the objects of a run may leave in its namespace beside themselves and their pods; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { groupOf } from './fields.ts';
import type { RunObjects } from './run-objects.ts';

/** Kinds of which the cluster itself takes away what it has made for them; others may have somebody make what stays. */
const traceless: Readonly<Record<string, readonly string[]>> = {
  '': [
    'ConfigMap',
    'LimitRange',
    'PersistentVolumeClaim',
    'Pod',
    'ReplicationController',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  apps: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  autoscaling: ['HorizontalPodAutoscaler'],
  batch: ['CronJob', 'Job'],
  'networking.k8s.io': ['NetworkPolicy'],
  policy: ['PodDisruptionBudget'],
};

type Made = Pick<RunObjects, 'before' | 'workloads'>;

function allOf({ before, workloads }: Made): readonly KubeObject[] {
  return [...before, ...workloads.map(({ object }) => object)];
}

/**
 * Objects for which somebody may make others that nobody here knows of: a RoleBinding lets pods make some, an Ingress or a custom resource
 * has its controller make them.
 */
export function untraceable(made: Made): readonly string[] {
  return allOf(made)
    .filter((object) => !traceless[groupOf(object)]?.includes(object.kind))
    .map(({ kind, metadata: { name } }) => `${kind} ${name}`);
}

/** Whether pods have volumes claimed for them, which outlive a StatefulSet. */
export function hasClaims(made: Made): boolean {
  return allOf(made).some((object) => JSON.stringify(object).includes('"volumeClaimTemplate'));
}

/** Whether its pods may look each other up by the names of Services. */
export function looksUpNames({ before, workloads }: Made): boolean {
  const pods = workloads.reduce((sum, { replicas = 2 }) => sum + replicas, 0);
  return pods > 1 && before.some(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
}
