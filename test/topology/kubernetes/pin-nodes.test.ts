import { expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { keptToNodes } from '../../../src/topology/kubernetes/pin-nodes.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';

const term = (...names: string[]) =>
  names.map((name) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }));

function workload(spec: object, replicas: number | undefined = 2): RunWorkload {
  const object = {
    apiVersion: 'apps/v1',
    kind: replicas === undefined ? 'DaemonSet' : 'Deployment',
    metadata: { name: 'api' },
    spec: { template: { spec } },
  } as unknown as KubeObject;
  return {
    service: 'api',
    object,
    hints: {} as RunWorkload['hints'],
    ports: [],
    replicas,
    isOneShot: false,
    after: [],
  };
}

function terms(given: RunWorkload, nodes?: Record<string, string[]>) {
  const objects = { before: [], workloads: [given], warnings: [], facts: {} };
  const [made] = keptToNodes(objects, nodes).workloads;
  const spec = made?.object['spec'] as { template: { spec: { affinity?: { nodeAffinity: Record<string, object> } } } };
  return spec.template.spec.affinity?.nodeAffinity['requiredDuringSchedulingIgnoredDuringExecution'];
}

it('keeps pods of a service to its nodes, any of them', () => {
  expect(terms(workload({}), { api: ['a', 'b'] })).toEqual({ nodeSelectorTerms: term('a', 'b') });
});

it('keeps what the manifests ask of nodes', () => {
  const zone = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['z'] }] };
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [zone, {}] } },
  };
  expect(terms(workload({ affinity }), { api: ['a'] })).toEqual({
    nodeSelectorTerms: [{ ...zone, ...term('a')[0] }, ...term('a')],
  });
});

it('leaves alone what nothing is known of, and what is on every node', () => {
  expect(terms(workload({}))).toBeUndefined();
  expect(terms(workload({}), { db: ['a'] })).toBeUndefined();
  expect(terms({ ...workload({}), replicas: undefined }, { api: ['a'] })).toBeUndefined();
});
