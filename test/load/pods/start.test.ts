import { expect, it } from 'vitest';
import type { KubeRef } from '../../../src/host/kube/cluster.ts';
import type { GeneratorPlace } from '../../../src/load/pods/objects.ts';
import { removeGeneratorPods } from '../../../src/load/pods/start.ts';
import type { GeneratorPodsSpec } from '../../../src/model/generator-pods.ts';

const spec: GeneratorPodsSpec = {
  pods: 2,
  image: 'rampart',
  resources: { cpu: '1', memory: '64Mi' },
  nodeSelector: {},
  tolerations: [],
  pullSecrets: [],
  withinMs: 1000,
};
const place: GeneratorPlace = {
  namespace: 'load',
  prefix: 'rampart-r1-',
  labels: {},
  annotations: {},
  token: 'token',
  hostNetwork: false,
  apartFrom: [],
  lifeS: 60,
};

const sleep = async () => {};

it('removes the rest where one cannot be removed, and tells which is left', async () => {
  const removed: string[] = [];
  const told: string[] = [];
  const remove = async ({ kind, name }: KubeRef) => {
    if (name.endsWith('-1')) throw new Error('the cluster does not answer');
    removed.push(`${kind} ${name}`);
    return true;
  };
  await removeGeneratorPods({ remove }, spec, place, { warn: (message) => told.push(message), sleep });
  expect(removed).toEqual(['Secret rampart-r1-generators', 'Pod rampart-r1-generator-2']);
  expect(told).toEqual(['Pod load/rampart-r1-generator-1 was not removed: the cluster does not answer']);
});

it('removes the Secret first, asks again where the cluster does not answer, and leaves a pod where it stays', async () => {
  const removedWith = async (failures: number) => {
    const asked: string[] = [];
    const remove = async ({ kind, name }: KubeRef) => {
      if (kind === 'Secret' && failures-- > 0) throw new Error('the cluster does not answer');
      asked.push(name);
      return true;
    };
    const told: string[] = [];
    await removeGeneratorPods({ remove }, spec, place, { warn: (message) => told.push(message), sleep });
    return { asked, told };
  };
  const [secret, first, second] = ['generators', 'generator-1', 'generator-2'].map((name) => `rampart-r1-${name}`);
  expect(await removedWith(2)).toEqual({ asked: [secret, first, second], told: [] });
  expect(await removedWith(100)).toEqual({
    asked: [second],
    told: ['Secret load/rampart-r1-generators was not removed: the cluster does not answer'],
  });
});
