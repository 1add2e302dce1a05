/** Manifests run on a real cluster, to a result; nothing is left of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../src/host/kube/cluster.ts';
import { namespaceName } from '../../src/topology/orphans/namespaces.ts';
import { cli, leaveNothing, markOf, readResult, workDirectory } from '../helpers/cli.ts';
import { describeWithKube, loadGoText, namespacesOf, testCluster } from '../helpers/kube.ts';
import { shopManifests, shopProgram, writeShop } from '../helpers/kube-shop.ts';

leaveNothing();

describeWithKube('manifests', () => {
  let cluster: KubeCluster;
  let image: string;
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoText('rampart.test/shop:1', shopProgram);
  });
  afterAll(() => cluster.close());

  it('of two services run to a result, with what their runtimes print and show', async () => {
    const directory = workDirectory();
    const topology = { env: { back: { GREETING: 'x' } }, limits: { front: { cpus: 1, memory: '256MiB' } } };
    writeShop(directory, shopManifests({ image, net: '127.97.4' }), { topology });
    const { code, stderr } = await cli(['run', 'scenario.yaml', '--out', 'out'], directory);
    // Whether the generator was late is the machine's business.
    expect([0, 4], stderr).toContain(code);
    const result = readResult(`${directory}/out`);
    expect(result.validity.reasons.filter((reason) => !reason.code.startsWith('generator'))).toEqual([]);
    expect(result.environment.engine).toBe('kubernetes');
    expect(result.environment.facts).toMatchObject({ namespace: namespaceName(result.id), kubernetes: /^v1/ });
    expect(result.environment.targets?.map(({ id }) => id)).toEqual(['web-1', 'back-1']);
    expect(result.steps[0]?.load).toMatchObject({ planned: 40, completed: 40 });
    const names = (target: string) => result.series.filter((each) => each.target === target).map(({ name }) => name);
    for (const target of ['web-1', 'back-1'])
      expect(names(target)).toEqual(
        expect.arrayContaining(['sched.runqueue', 'goroutines.total', 'container.cpu_percent', 'container.memory_mib']),
      );
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  });
});
