import { expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { companyOf } from '../../../src/load/pods/company.ts';

const generators = ['generator-1', 'generator-2'].map((name, index) => ({
  namespace: 'load',
  name,
  node: `node-${index + 1}`,
  address: '10.0.0.1',
  port: 1,
}));

/** A cluster whose namespaces have pods, by their node, until something else is said of them. */
function clusterOf(nodes: Record<string, string>) {
  let now: Record<string, string> | Error = nodes;
  let lists = 0;
  const list = async () => {
    lists += 1;
    if (now instanceof Error) throw now;
    const items = Object.entries(now).map(
      ([name, nodeName]): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName } }),
    );
    return { items, resourceVersion: '1' };
  };
  return {
    list,
    become: (next: Record<string, string> | Error) => {
      now = next;
    },
    lists: () => lists,
  };
}

const places = { namespaces: ['shop'], areElsewhere: false };

it('tells of pods that came to the node of a generator in the midst of a run, and of those that went', async () => {
  const cluster = clusterOf({ 'api-1': 'node-1', 'api-2': 'node-3' });
  const company = await companyOf(cluster, generators, places);
  expect(company.of('generator-1')).toEqual(['api-1']);
  expect(company.of('generator-2')).toEqual([]);
  cluster.become({ 'api-3': 'node-2' });
  await Promise.all([company.lookAgain(), company.lookAgain()]);
  expect(company.of('generator-1')).toEqual(['api-1']);
  expect(company.of('generator-2')).toEqual(['api-3']);
  expect(cluster.lists()).toBe(2);
});

it('does not claim to know where targets are that are in no pod', async () => {
  const company = await companyOf(clusterOf({}), generators, { namespaces: [], areElsewhere: true });
  expect(company.of('generator-1')).toBeUndefined();
});

it('does not claim to know what it could not see at the end', async () => {
  const cluster = clusterOf({ 'api-1': 'node-1' });
  const company = await companyOf(cluster, generators, places);
  cluster.become(new Error('the cluster does not answer'));
  await company.lookAgain();
  expect(company.of('generator-1')).toEqual(['api-1']);
  expect(company.of('generator-2')).toBeUndefined();
});
