import { expect, it } from 'vitest';
import type { KubeCluster, KubeKind, KubeObject } from '../../src/host/kube/cluster.ts';
import type { GeneratorPodsSpec } from '../../src/model/generator-pods.ts';
import { startPods } from '../../src/runs/generator-pods.ts';
import { testRun } from '../helpers/run-context.ts';

const spec: GeneratorPodsSpec = {
  pods: 2,
  image: 'rampart',
  resources: { cpu: '1', memory: '64Mi' },
  nodeSelector: {},
  tolerations: [],
  pullSecrets: [],
  withinMs: 1000,
};

/** Starts generators in another cluster than that of the targets, in which nothing can be made but namespaces; tells what is left. */
async function startedElsewhere(node: GeneratorPodsSpec['node']) {
  const there = new Set<string>();
  const cluster = {
    context: 'other',
    list: async () => ({ items: [], resourceVersion: '1' }),
    get: async ({ name }: { name: string }) =>
      there.has(name) ? { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } : undefined,
    create: async (object: KubeObject) => {
      if (object.kind !== 'Namespace') throw new Error('refused');
      there.add(object.metadata.name);
      return object;
    },
    remove: async ({ kind, name }: KubeKind & { name: string }) => kind === 'Namespace' && there.delete(name),
  } as unknown as KubeCluster;
  const { context } = testRun();
  let undo = async () => {};
  const waiting = {
    signal: context.signal,
    nowMs: () => 0,
    sleep: async () => {},
    warn: () => undefined,
  };
  const parts = { spec: { ...spec, node }, cluster, context, waiting, isOfTopology: false, token: 't', lifeS: 60 };
  const started = startPods(parts, [], (next) => {
    undo = next;
  });
  const error: unknown = await started.catch((thrown: unknown) => thrown);
  const made = [...there];
  await undo();
  return { error, made, left: [...there] };
}

it('makes no namespace where generators are to keep off nodes that nobody knows', async () => {
  const { error, made, left } = await startedElsewhere('separate');
  expect(error).toMatchObject({ code: 'generator-unschedulable' });
  expect([made, left]).toEqual([[], []]);
});

it('leaves no namespace where pods cannot be made', async () => {
  const { error, made, left } = await startedElsewhere('any');
  expect(error).toMatchObject({ message: 'refused' });
  expect(made).toHaveLength(1);
  expect(left).toEqual([]);
});
