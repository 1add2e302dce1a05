import { expect, it } from 'vitest';
import type { KubeRight } from '../../../src/host/kube/cluster.ts';
import { missingRights, requireRights } from '../../../src/topology/kubernetes/missing-rights.ts';
import { rightsFor, rightText } from '../../../src/topology/kubernetes/rights.ts';

const run = rightsFor({ kind: 'run' });

/** A cluster whose user lacks what the texts name. */
function lacking(...texts: string[]) {
  const asked: KubeRight[] = [];
  const may = async (rights: readonly KubeRight[]) => {
    asked.push(...rights);
    return rights.filter((right) => texts.includes(rightText(right)));
  };
  return { cluster: { may, context: 'shop' }, asked };
}

it('asks of the namespace what lies in it, and of the cluster what lies in none', async () => {
  const { cluster, asked } = lacking();
  await missingRights(cluster, run, 'rampart-1');
  expect(asked.find(({ resource }) => resource === 'pods')?.namespace).toBe('rampart-1');
  expect(asked.find(({ resource }) => resource === 'namespaces')?.namespace).toBeUndefined();
});

it('tells all that is missing at once, each with its reason', async () => {
  const { cluster } = lacking('create namespaces', 'get pods/log');
  await expect(requireRights(cluster, run, 'rampart-1')).rejects.toMatchObject({
    code: 'kube-forbidden',
    exitCode: 3,
    message: expect.stringMatching(
      /"shop" lacks rights.*nothing was made:\n(?: {4}.*\n)? {4}get pods\/log \(.*\n {4}create namespaces \(/,
    ),
    hint: expect.stringContaining('rampart doctor --kubernetes'),
  });
});

it('goes on without what it can do without, and says what will be missing', async () => {
  const { cluster } = lacking('get nodes/proxy');
  expect(await requireRights(cluster, run, 'rampart-1')).toEqual([
    expect.stringMatching(/may not get nodes\/proxy: the result lacks CPU, throttling and memory of containers/),
  ]);
});

it('says nothing where nothing is missing', async () => {
  expect(await requireRights(lacking().cluster, run)).toEqual([]);
});
