/** Manifests on a real cluster that do not start, are interrupted, or lose their runner: nothing is left of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../src/host/kube/cluster.ts';
import { cli, leaveNothing, markOf, startCli, workDirectory } from '../helpers/cli.ts';
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

  it('that cannot start say so with their last words, and leave nothing', async () => {
    const directory = workDirectory();
    const topology = { env: { back: { FAIL: 'no money' } } };
    writeShop(directory, shopManifests({ image, net: '127.97.5' }), { topology });
    const { code, stderr } = await cli(['run', 'scenario.yaml', '--out', 'out'], directory);
    expect(code).toBe(3);
    expect(stderr).toMatch(/back-1: container back of pod back-\S+ exited with code 3.* before it was ready/);
    expect(stderr).toContain('    | cannot start: no money');
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  });

  it('that run but do not listen where load is to go say so, and leave nothing', async () => {
    const directory = workDirectory();
    const topology = { env: { front: { ADDR: '127.97.7.2:18081' } }, ready: '12s' };
    writeShop(directory, shopManifests({ image, net: '127.97.7' }), { topology });
    const { code, stderr } = await cli(['run', 'scenario.yaml', '--out', 'out'], directory);
    expect(code).toBe(3);
    expect(stderr).toMatch(/web-1: pod front-\S+ runs, but \S+:18080, where load is to go, refuses connections/);
    expect(stderr).toContain('    | first line of 127.97.7.2:18081');
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  });

  it('go when they are interrupted, and at the next start when their runner was killed', async () => {
    const directory = workDirectory();
    writeShop(directory, shopManifests({ image, net: '127.97.6' }), { seconds: 60 });
    const killed = startCli(['run', 'scenario.yaml', '--out', 'killed'], directory);
    await killed.sees('targets ready');
    killed.child.kill('SIGKILL');
    await killed.end;
    const [orphan] = await namespacesOf(cluster, markOf(directory));
    const next = startCli(['run', 'scenario.yaml', '--out', 'next'], directory);
    await next.sees(`removing namespace ${orphan}, left behind by a run that was killed`);
    await next.sees('targets ready');
    next.child.kill('SIGINT');
    expect((await next.end).code).toBe(130);
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  });
});
