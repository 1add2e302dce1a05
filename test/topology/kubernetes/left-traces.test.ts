/** What may be left in a namespace when all that a run made itself is gone. */
import { expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { hasClaims, looksUpNames, untraceable } from '../../../src/topology/kubernetes/left-traces.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';

const object = (apiVersion: string, kind: string, spec: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'shop' },
  spec,
});

const workload = (of: KubeObject, replicas?: number): RunWorkload => ({
  service: 'shop',
  object: of,
  hints: {},
  ports: [],
  replicas,
  isOneShot: false,
  after: [],
});

const deployment = object('apps/v1', 'Deployment');
const service = object('v1', 'Service');

it('is known of what the cluster takes away by itself, and of nothing else', () => {
  const known = [service, object('v1', 'Secret'), object('networking.k8s.io/v1', 'NetworkPolicy')];
  expect(untraceable({ before: known, workloads: [workload(deployment)] })).toEqual([]);
  const others = [
    object('rbac.authorization.k8s.io/v1', 'RoleBinding'),
    object('networking.k8s.io/v1', 'Ingress'),
    object('db.example/v1', 'Deployment'),
  ];
  expect(untraceable({ before: [...known, ...others], workloads: [] })).toEqual([
    'RoleBinding shop',
    'Ingress shop',
    'Deployment shop',
  ]);
});

it('are volumes that are claimed for pods', () => {
  const claims = { volumeClaimTemplates: [{ metadata: { name: 'data' } }] };
  expect(hasClaims({ before: [], workloads: [workload(object('apps/v1', 'StatefulSet', claims))] })).toBe(true);
  const ephemeral = { template: { spec: { volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: {} } }] } } };
  expect(hasClaims({ before: [], workloads: [workload(object('apps/v1', 'Deployment', ephemeral))] })).toBe(true);
  expect(hasClaims({ before: [], workloads: [workload(deployment)] })).toBe(false);
});

it('are names in the DNS where there is a Service and somebody to ask for it', () => {
  expect(looksUpNames({ before: [service], workloads: [workload(deployment, 1)] })).toBe(false);
  expect(looksUpNames({ before: [service], workloads: [workload(deployment, 2)] })).toBe(true);
  expect(looksUpNames({ before: [service], workloads: [workload(object('apps/v1', 'DaemonSet'))] })).toBe(true);
  expect(looksUpNames({ before: [], workloads: [workload(deployment, 2)] })).toBe(false);
});
