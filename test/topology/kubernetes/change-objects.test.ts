/** What a scenario sets for the services of manifests. */
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { type Changes, changeObjects } from '../../../src/topology/kubernetes/change-objects.ts';
import { containersOf, fieldAt, templateOf } from '../../../src/topology/kubernetes/fields.ts';
import { deployment, kubeObjects } from '../../helpers/kube-objects.ts';

function changed(objects: readonly KubeObject[], changes: Partial<Changes>) {
  return changeObjects(objects, { scale: {}, env: {}, goDebug: [], hostNetwork: false, ...changes });
}

function containers(object: KubeObject | undefined): Readonly<Record<string, unknown>> {
  const all = object ? containersOf(templateOf(object) ?? {}) : [];
  return Object.fromEntries(all.map(({ name, ...rest }) => [String(name), rest]));
}

const of = (container: Readonly<Record<string, unknown>>, changes: Partial<Changes>) =>
  containers(changed([deployment('api', container)], changes).objects[0]);

it('leaves all as it is where nothing is set', () => {
  const all = [deployment('api', { env: [{ name: 'A', value: '$(B)' }] })];
  expect(changed(all, {})).toEqual({ objects: all, mistakes: [] });
});

it('sets for the container that is measured, or for the one that is named', () => {
  const images = { api: 'new:2', 'api/proxy': 'proxy:2' };
  expect(of({}, { images })).toEqual({ proxy: { image: 'proxy:2' }, api: { image: 'new:2' } });
});

it('takes the first container of those that are called otherwise, unless an annotation names one', () => {
  const plain = deployment('web');
  const named = JSON.parse(
    JSON.stringify(plain).replaceAll('"name":"web","image"', '"name":"app","image"'),
  ) as KubeObject;
  expect(containers(changed([named], { images: { web: 'x' } }).objects[0])).toMatchObject({ proxy: { image: 'x' } });
  const annotated = JSON.parse(
    JSON.stringify(named).replace(
      '"labels":{"app":"web"}},',
      '"annotations":{"kubectl.kubernetes.io/default-container":"app"}},',
    ),
  ) as KubeObject;
  expect(containers(changed([annotated], { images: { web: 'x' } }).objects[0])).toMatchObject({ app: { image: 'x' } });
});

it('sets variables over those of the manifest, whatever these come from, as texts that are no references', () => {
  const env = [
    { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'B', value: 'kept' },
  ];
  expect(of({ env }, { env: { api: { A: '$(B)$' } } })).toMatchObject({
    api: {
      env: [
        { name: 'B', value: 'kept' },
        { name: 'A', value: '$$(B)$' },
      ],
    },
    proxy: { image: 'proxy:1' },
  });
});

describe('GODEBUG', () => {
  const goDebug = ['schedtrace=500'];
  const value = (
    container: Readonly<Record<string, unknown>>,
    rest: readonly KubeObject[] = [],
    changes: Partial<Changes> = {},
  ) => {
    const { objects } = changed([deployment('api', container), ...rest], { goDebug, ...changes });
    const [api] = objects;
    const list = fieldAt(containers(api), ['api', 'env']) as { name: string; value: string }[];
    return list.find(({ name }) => name === 'GODEBUG')?.value;
  };
  const config = kubeObjects(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { GODEBUG: madvdontneed=1, D: x=1 }',
  );

  it.each([
    ['nothing', {}, 'schedtrace=500'],
    ['a text', { env: [{ name: 'GODEBUG', value: 'http2debug=1,schedtrace=9' }] }, 'http2debug=1,schedtrace=500'],
    ['a ConfigMap', { envFrom: [{ configMapRef: { name: 'c' } }] }, 'madvdontneed=1,schedtrace=500'],
    [
      'a key of a ConfigMap',
      { env: [{ name: 'GODEBUG', valueFrom: { configMapKeyRef: { name: 'c', key: 'D' } } }] },
      'x=1,schedtrace=500',
    ],
  ])('is added to %s', (_what, container, expected) => {
    expect(value(container, config)).toBe(expected);
  });

  it('is added to what the scenario sets', () => {
    expect(value({}, [], { env: { api: { GODEBUG: 'a=1' } } })).toBe('a=1,schedtrace=500');
  });
});

it('limits, and asks for no more than that', () => {
  const resources = { requests: { cpu: '2', memory: '64Mi' }, limits: { memory: '1Gi', 'example.com/gpu': 1 } };
  expect(of({ resources }, { limits: { api: { cpus: 0.5, memoryBytes: 2 ** 27 } } })).toMatchObject({
    api: {
      resources: {
        requests: { cpu: '500m', memory: '64Mi' },
        limits: { cpu: '500m', memory: '134217728', 'example.com/gpu': 1 },
      },
    },
  });
});

it('scales what has replicas', () => {
  expect(changed([deployment('api')], { scale: { api: 3 } }).objects[0]).toMatchObject({ spec: { replicas: 3 } });
  const pod = kubeObjects('apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a }] }');
  expect(changed(pod, { scale: { p: 2 } }).mistakes).toEqual(['topology.scale.p: a Pod has no number of replicas']);
});

it('says which settings are for nothing that is there', () => {
  const changes = { scale: { web: 2 }, env: { 'api/none': { A: '1' } }, limits: { 'api/proxy': { cpus: 1 } } };
  expect(changed([deployment('api')], changes).mistakes).toEqual([
    'topology.scale.web is not among what the manifests make (workloads: api)',
    'topology.env.api/none is not among what the manifests make (containers: api/proxy, api/api)',
  ]);
});

it('is on the network of its node without declaring ports, which probes and Services then name by number', () => {
  const api = deployment('api', {
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { port: 'http', path: '/' } },
    livenessProbe: { tcpSocket: { port: 8080 } },
  });
  const [service] = kubeObjects(
    'apiVersion: v1\nkind: Service\nmetadata: { name: api }\nspec: { selector: { app: api }, ports: [{ port: 80, targetPort: http }] }',
  );
  const { objects } = changed([api, service as KubeObject], { hostNetwork: true });
  expect(fieldAt(templateOf(objects[0] as KubeObject) ?? {}, ['spec'])).toMatchObject({
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
  });
  expect(containers(objects[0])['api']).toEqual({
    image: 'api:1',
    readinessProbe: { httpGet: { port: 8080, path: '/' } },
    livenessProbe: { tcpSocket: { port: 8080 } },
  });
  expect(objects[1]).toMatchObject({ spec: { ports: [{ port: 80, targetPort: 8080 }] } });
});
