import { describe, expect, it } from 'vitest';
import { parseHostPort } from '../../../src/host/host-port.ts';
import {
  coordinatorMark,
  type GeneratorPlace,
  generatorObjects,
  type PodObject,
} from '../../../src/load/pods/objects.ts';
import type { GeneratorPodsSpec } from '../../../src/model/generator-pods.ts';

const spec: GeneratorPodsSpec = {
  pods: 3,
  image: 'registry.example/rampart:0.2.0',
  resources: { cpu: '2', memory: '512Mi' },
  nodeSelector: {},
  tolerations: [],
  pullSecrets: [],
  withinMs: 60_000,
};
const place: GeneratorPlace = {
  namespace: 'shop',
  prefix: '',
  labels: { 'dev.rampart.run': 'r1' },
  annotations: { 'dev.rampart.owner': '1:2@here' },
  token: 'a-token-that-nobody-knows',
  hostNetwork: false,
  apartFrom: ['shop'],
  lifeS: 600,
};

interface PodSpec {
  readonly [key: string]: unknown;
  readonly affinity: { readonly podAntiAffinity: Readonly<Record<string, unknown>> };
  readonly containers: readonly [Readonly<Record<string, unknown>>];
}

function podsOf(changes: Partial<GeneratorPodsSpec> = {}, placed: Partial<GeneratorPlace> = {}): PodObject[] {
  return generatorObjects({ ...spec, ...changes }, { ...place, ...placed }).filter(({ kind }) => kind === 'Pod');
}
const specOf = (pod: PodObject | undefined) => pod?.['spec'] as PodSpec;

describe('the objects of generators', () => {
  it('are a Secret and as many pods as are asked for, each with the marks of the run', () => {
    const objects = generatorObjects(spec, place);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'Secret shop/generators',
      'Pod shop/generator-1',
      'Pod shop/generator-2',
      'Pod shop/generator-3',
    ]);
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject(place.labels);
      expect(metadata.annotations).toEqual(place.annotations);
    }
  });

  it('are told from those of other runs by a prefix in a namespace of somebody else, where the pods find their own Secret', () => {
    const [secret, pod] = generatorObjects(spec, { ...place, prefix: 'rampart-r1-' });
    expect(secret?.metadata.name).toBe('rampart-r1-generators');
    expect(pod?.metadata.name).toBe('rampart-r1-generator-1');
    expect(JSON.stringify(pod)).toContain('"secretKeyRef":{"name":"rampart-r1-generators","key":"token"}');
  });

  it('go with the pod of their coordinator in its namespace, and name it in any other', () => {
    const coordinator = { namespace: 'shop', name: 'load-x7k2p', uid: 'u-1' };
    for (const { metadata } of generatorObjects(spec, { ...place, coordinator })) {
      expect(metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Pod', name: 'load-x7k2p', uid: 'u-1' }]);
      expect(metadata.annotations).toEqual({ ...place.annotations, [coordinatorMark]: 'shop/load-x7k2p/u-1' });
    }
    const elsewhere = { ...coordinator, namespace: 'ci' };
    for (const { metadata } of generatorObjects(spec, { ...place, coordinator: elsewhere })) {
      expect(metadata).not.toHaveProperty('ownerReferences');
      expect(metadata.annotations).toHaveProperty([coordinatorMark], 'ci/load-x7k2p/u-1');
    }
    for (const { metadata } of generatorObjects(spec, place)) expect(metadata).not.toHaveProperty('ownerReferences');
  });

  it('hold the token in the Secret and nowhere else', () => {
    const [secret, ...pods] = generatorObjects(spec, place);
    expect(JSON.stringify(secret)).toContain(place.token);
    expect(JSON.stringify(pods)).not.toContain(place.token);
  });

  it('neither come again nor outlive their time, and have no rights in the cluster or in their container', () => {
    for (const pod of podsOf()) {
      expect(specOf(pod)).toMatchObject({
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        activeDeadlineSeconds: 600,
        securityContext: { runAsNonRoot: true },
      });
      expect(specOf(pod).containers[0]).toMatchObject({
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      });
    }
  });

  it('ask for as much as they may use, so that no pod of lesser class can take it from them', () => {
    expect(specOf(podsOf()[0]).containers[0]).toMatchObject({
      resources: { requests: { cpu: '2', memory: '512Mi' }, limits: { cpu: '2', memory: '512Mi' } },
    });
  });

  it('keep apart from every pod of the topology that is no generator where they must, and from one another where they can', () => {
    const { requiredDuringSchedulingIgnoredDuringExecution: required, ...wished } = specOf(podsOf()[0]).affinity
      .podAntiAffinity;
    expect(required).toEqual([
      {
        topologyKey: 'kubernetes.io/hostname',
        namespaces: ['shop'],
        labelSelector: { matchExpressions: [{ key: 'dev.rampart.role', operator: 'NotIn', values: ['generator'] }] },
      },
    ]);
    expect(JSON.stringify(wished)).toContain('"dev.rampart.run":"r1"');
    expect(specOf(podsOf({}, { apartFrom: [] })[0]).affinity.podAntiAffinity).toEqual(wished);
  });

  it('share no port where they share the network of a node, and still find names of the cluster', () => {
    expect(specOf(podsOf()[0]).containers[0]['args']).toEqual(
      expect.arrayContaining(['generator', '--listen', '0.0.0.0:7070']),
    );
    const onHost = specOf(podsOf({}, { hostNetwork: true })[0]);
    expect(onHost).toMatchObject({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' });
    expect(onHost.containers[0]['args']).toContain('[$(POD_IP)]:0');
    // As the kubelet puts in the address of the node, of either kind.
    expect(['127.95.0.11', 'fd00::7'].map((ip) => parseHostPort(`[${ip}]:0`)?.host)).toEqual([
      '127.95.0.11',
      'fd00::7',
    ]);
    expect(JSON.stringify(onHost)).not.toContain('containerPort');
  });

  it('are called alike in every run, work for one run, and send to wherever its coordinator says', () => {
    expect(podsOf({}, { prefix: 'r1-' }).map((pod) => specOf(pod).containers[0]['args'])).toEqual(
      [1, 2, 3].map((number) =>
        expect.arrayContaining(['--name', `generator-${number}`, '--allow-host', '*', '--once']),
      ),
    );
  });

  it('go where selector and tolerations say, and pull with the credentials that are named', () => {
    const tolerations = [{ key: 'load', operator: 'Exists', effect: 'NoSchedule' }] as const;
    const nodeSelector = { pool: 'load' };
    expect(specOf(podsOf({ tolerations, nodeSelector, pullSecrets: ['registry'] })[0])).toMatchObject({
      tolerations,
      nodeSelector,
      imagePullSecrets: [{ name: 'registry' }],
    });
    expect(Object.keys(specOf(podsOf()[0]))).not.toContain('nodeSelector');
  });
});
