import { expect, it } from 'vitest';
import type { KubeChoice, KubeKind, KubeObject, KubeRef } from '../../src/host/kube/cluster.ts';
import type { OwnPod } from '../../src/host/kube/own-pod.ts';
import { machineMark, ownerMark } from '../../src/host/owner.ts';
import { generatorObjects } from '../../src/load/pods/objects.ts';
import type { GeneratorPodsSpec } from '../../src/model/generator-pods.ts';
import { removeLostGenerators } from '../../src/runs/lost-generators.ts';
import { ownerLabel } from '../../src/topology/orphans/containers.ts';
import { runLabels } from '../../src/topology/orphans/namespaces.ts';

const spec: GeneratorPodsSpec = {
  pods: 2,
  image: 'rampart',
  namespace: 'load',
  resources: { cpu: '1', memory: '64Mi' },
  nodeSelector: {},
  tolerations: [],
  pullSecrets: [],
  withinMs: 1000,
};

const own = `${ownerMark()}@${machineMark()}`;
const dead = `999999999:1@${machineMark()}`;

function objectsOf(run: string, owner: string, namespace = 'load', coordinator?: OwnPod): readonly KubeObject[] {
  return generatorObjects(spec, {
    namespace,
    prefix: `rampart-${run}-`,
    labels: runLabels(run),
    annotations: { [ownerLabel]: owner },
    coordinator,
    token: 'token',
    hostNetwork: false,
    apartFrom: [],
    lifeS: 60,
  });
}

const elsewhere = '999999999:1@another-machine';

function coordinatorPod(name: string, phase: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ci', uid: `uid of ${name}` },
    status: { phase },
  };
}

/** A cluster with these objects; who lists Secrets without the right to do so is refused. */
function clusterWith(objects: readonly KubeObject[], { maySeeSecrets = true, mayRemove = true } = {}) {
  const there = new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
  return {
    left: () => [...there.keys()],
    get: async ({ kind, name }: KubeRef) => there.get(`${kind} ${name}`),
    list: async ({ kind }: KubeKind, { namespace }: KubeChoice = {}) => {
      if (kind === 'Secret' && !maySeeSecrets) throw new Error('secrets is forbidden');
      const items = [...there.values()].filter(
        (object) => object.kind === kind && (namespace ?? object.metadata.namespace) === object.metadata.namespace,
      );
      return { items, resourceVersion: '1' };
    },
    remove: async ({ kind, name }: KubeRef) => {
      if (!mayRemove) throw new Error('it is forbidden');
      return there.delete(`${kind} ${name}`);
    },
  };
}

function told() {
  const lines: string[] = [];
  return { lines, log: { info: () => {}, warn: (line: string) => void lines.push(line) } };
}

it.each([true, false])('removes pods and the Secret of a killed run, may it list Secrets or not (%s)', async (may) => {
  const cluster = clusterWith(objectsOf('killed', dead), { maySeeSecrets: may });
  const { lines, log } = told();
  await removeLostGenerators(cluster, 'load', { runId: 'now', log });
  expect(cluster.left()).toEqual([]);
  expect(lines).toHaveLength(3);
  expect(lines).toContain('removed Secret load/rampart-killed-generators, left behind by an earlier run');
});

it('leaves what a living run, another machine or another namespace has', async () => {
  const others = [
    ...objectsOf('living', `${ownerMark(process.ppid)}@${machineMark()}`),
    ...objectsOf('now', own),
    ...objectsOf('elsewhere', elsewhere),
    ...objectsOf('away', dead, 'other'),
  ];
  const cluster = clusterWith(others);
  const { lines, log } = told();
  await removeLostGenerators(cluster, 'load', { runId: 'now', log });
  expect(cluster.left()).toHaveLength(others.length);
  expect(lines).toEqual([]);
});

it('removes what a coordinator left whose pod is over or gone, wherever it was, and leaves what others have', async () => {
  const by = (name: string, uid = `uid of ${name}`) => ({ namespace: 'ci', name, uid });
  const pods = [
    coordinatorPod('killed', 'Failed'),
    coordinatorPod('runs', 'Running'),
    coordinatorPod('anew', 'Running'),
  ];
  const living = objectsOf('living', elsewhere, 'load', by('runs'));
  const cluster = clusterWith([
    ...pods,
    ...objectsOf('a', elsewhere, 'load', by('killed')),
    ...objectsOf('b', elsewhere, 'load', by('deleted')),
    // A StatefulSet's pod comes again by the same name.
    ...objectsOf('c', elsewhere, 'load', by('anew', 'another uid')),
    ...living,
  ]);
  await removeLostGenerators(cluster, 'load', { runId: 'now', log: told().log });
  const names = [...pods, ...living].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(cluster.left().sort()).toEqual(names.sort());
});

it('leaves what a coordinator has whose pod cannot be seen', async () => {
  const objects = objectsOf('a', elsewhere, 'load', { namespace: 'ci', name: 'runs', uid: 'u' });
  const cluster = { ...clusterWith(objects), get: () => Promise.reject(new Error('pods is forbidden')) };
  await removeLostGenerators(cluster, 'load', { runId: 'now', log: told().log });
  expect(cluster.left()).toHaveLength(objects.length);
});

it('looks into all namespaces where none is given', async () => {
  const cluster = clusterWith([...objectsOf('a', dead, 'load'), ...objectsOf('b', dead, 'other')]);
  await removeLostGenerators(cluster, undefined, { runId: 'now', log: told().log });
  expect(cluster.left()).toEqual([]);
});

it('tells what it may not remove', async () => {
  const { lines, log } = told();
  await removeLostGenerators(clusterWith(objectsOf('killed', dead), { mayRemove: false }), 'load', {
    runId: 'now',
    log,
  });
  expect(lines).toContain(
    'could not remove Secret load/rampart-killed-generators, left behind by an earlier run: it is forbidden',
  );
});

it('removes what an earlier run of this process left, which has one at a time', async () => {
  const cluster = clusterWith(objectsOf('before', own));
  await removeLostGenerators(cluster, 'load', { runId: 'now', log: told().log });
  expect(cluster.left()).toEqual([]);
});

it('removes the Secret first, and leaves pods by which it is found again where it stays', async () => {
  const objects = objectsOf('killed', dead);
  const cluster = clusterWith(objects, { maySeeSecrets: false });
  const order: string[] = [];
  const remove = async (ref: KubeRef) => {
    order.push(ref.kind);
    return await cluster.remove(ref);
  };
  const refuse = async (ref: KubeRef) => {
    if (ref.kind === 'Secret') throw new Error('the cluster does not answer');
    return await remove(ref);
  };
  await removeLostGenerators({ ...cluster, remove: refuse }, 'load', { runId: 'now', log: told().log });
  expect(cluster.left()).toHaveLength(objects.length);
  await removeLostGenerators({ ...cluster, remove }, 'load', { runId: 'now', log: told().log });
  expect(cluster.left()).toEqual([]);
  expect(order[0]).toBe('Secret');
});
