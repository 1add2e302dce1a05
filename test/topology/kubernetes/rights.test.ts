import { expect, it } from 'vitest';
import { clusterFaults, rightsFor, rightText, usualResources } from '../../../src/topology/kubernetes/rights.ts';

const texts = (use: Parameters<typeof rightsFor>[0]) => rightsFor(use).map(rightText);
const everything = {
  kind: 'run',
  made: usualResources,
  faults: clusterFaults,
  hasGenerators: true,
  keepsResult: true,
} as const;

it('looks with rights that change nothing', () => {
  expect(rightsFor({ kind: 'look' }).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
});

it('asks for no right that lies in no namespace but those on namespaces and nodes', () => {
  const wide = rightsFor(everything).filter(({ isClusterWide }) => isClusterWide);
  expect([...new Set(wide.map(({ resource }) => resource))].sort()).toEqual([
    'namespaces',
    'nodes',
    'nodes/metrics',
    'nodes/proxy',
  ]);
});

it('asks for the right to make what a topology is made of, and of nothing else', () => {
  const made = [{ group: 'batch', resource: 'jobs' }];
  const more = texts({ kind: 'run', made }).filter((text) => !texts({ kind: 'run' }).includes(text));
  expect(more).toEqual(['create jobs.batch', 'get jobs.batch']);
});

it('asks to remove what was made only where runs use one namespace', () => {
  const made = [{ group: 'apps', resource: 'deployments' }];
  const more = (hasClaims: boolean) =>
    texts({ kind: 'run', made, shared: { hasClaims } }).filter((text) => !texts({ kind: 'run', made }).includes(text));
  expect(more(false)).toEqual(['delete deployments.apps']);
  expect(more(true)).toEqual([
    'delete deployments.apps',
    'delete persistentvolumeclaims',
    'list persistentvolumeclaims',
  ]);
});

it('asks for what a compose file and bare manifests are made of, and to see how they fare', () => {
  const all = texts(everything);
  for (const right of [
    'create jobs.batch',
    'get jobs.batch',
    'create daemonsets.apps',
    'get daemonsets.apps',
    'create pods',
  ])
    expect(all).toContain(right);
});

it('asks for nothing of workloads that nothing reads', () => {
  const read = (use: Parameters<typeof rightsFor>[0]) =>
    texts(use).filter((text) => /^(get|list|watch) .*\.apps$/.test(text));
  expect(read({ kind: 'look' })).toEqual([]);
  expect(read({ kind: 'run', faults: ['scale', 'pause'] })).toEqual([]);
  expect(read({ kind: 'run', faults: ['kill'] })).toEqual(['list replicasets.apps']);
  expect(texts({ kind: 'look' }).filter((text) => text.endsWith('services'))).toEqual([]);
  expect(texts(everything)).not.toContain('list services');
});

it('asks for generators only what they use', () => {
  expect(texts({ kind: 'load' }).sort()).toEqual([
    'create pods',
    'create secrets',
    'delete pods',
    'delete secrets',
    'get nodes',
    'get pods',
    'get pods/log',
    'get pods/proxy',
    'list pods',
  ]);
  const own = texts({ kind: 'own-load' }).filter((text) => !texts({ kind: 'load' }).includes(text));
  expect(own.sort()).toEqual(['create namespaces', 'delete namespaces', 'get namespaces', 'list namespaces']);
  const run = texts({ kind: 'run', hasGenerators: true });
  expect(texts({ kind: 'own-load' }).filter((text) => !run.includes(text))).toEqual([]);
});

it.each(clusterFaults)('asks for more where the fault %s is to be put in force', (fault) => {
  const [plain, faulty] = [texts({ kind: 'run' }), texts({ kind: 'run', faults: [fault] })];
  expect(faulty.length).toBeGreaterThan(plain.length);
});

it('asks to change workloads that few have only where a fault is done to one', () => {
  const made = [
    { group: 'apps', resource: 'daemonsets' },
    { group: '', resource: 'replicationcontrollers' },
  ];
  const all = texts({ kind: 'run', made, faults: ['kill', 'scale'] });
  const without = texts({ kind: 'run', faults: ['kill', 'scale'] });
  const verbs = all.filter((text) => !without.includes(text) && /^patch/.test(text));
  expect(verbs).toEqual([
    'patch daemonsets.apps',
    'patch replicationcontrollers',
    'patch replicationcontrollers/scale',
  ]);
  expect(texts({ kind: 'run', made }).filter((text) => /^patch/.test(text))).toEqual([]);
});

it('asks to follow whatever it lists of nodes, and goes on without', () => {
  const ofNodes = rightsFor({ kind: 'look' }).filter(({ resource }) => resource === 'nodes');
  expect(ofNodes.map(({ verb }) => verb).sort()).toEqual(['get', 'list', 'watch']);
  expect(ofNodes.every(({ isOptional }) => isOptional)).toBe(true);
});

it('asks to show that it lives only within the cluster', () => {
  const more = texts({ kind: 'run', isInPod: true }).filter((text) => !texts({ kind: 'run' }).includes(text));
  expect(more).toEqual(['patch namespaces']);
});

it('asks for what keeps a result in a ConfigMap, and goes on without it', () => {
  const more = rightsFor({ kind: 'run', keepsResult: true }).filter(
    (right) => !texts({ kind: 'run' }).includes(rightText(right)),
  );
  expect(more.map(rightText)).toEqual(['create configmaps', 'get configmaps', 'patch configmaps']);
  expect(more.every(({ isOptional }) => isOptional)).toBe(true);
});

it('asks for nothing more where a fault changes nothing in the cluster', () => {
  expect(texts({ kind: 'run', faults: ['http', 'run'] })).toEqual(texts({ kind: 'run' }));
});

it('names each right once, with its reason, and never all verbs or all resources', () => {
  const rights = rightsFor(everything);
  expect(new Set(rights.map(rightText)).size).toBe(rights.length);
  expect(rights.filter(({ why, verb, resource }) => why === '' || [verb, resource].includes('*'))).toEqual([]);
});

it.each([
  [{ verb: 'create', group: '', resource: 'pods' }, 'create pods'],
  [{ verb: 'get', group: '', resource: 'pods/log' }, 'get pods/log'],
  [{ verb: 'patch', group: 'apps', resource: 'deployments/scale' }, 'patch deployments.apps/scale'],
])('names %o as kubectl does', (right, text) => {
  expect(rightText(right)).toBe(text);
});
