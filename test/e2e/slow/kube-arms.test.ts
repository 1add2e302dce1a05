/** A comparison on a real cluster: its runs use one namespace one after the other, and nothing is left of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { comparisonSchema } from '../../../src/model/comparison.ts';
import { cli, leaveNothing, markOf, readResult, startCli, workDirectory } from '../../helpers/cli.ts';
import { describeWithKube, loadGoText, namespacesOf, testCluster } from '../../helpers/kube.ts';
import { shopManifests, shopProgram, writeShop } from '../../helpers/kube-shop.ts';

leaveNothing();

describeWithKube('arms of a comparison', () => {
  let cluster: KubeCluster;
  let image: string;
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoText('rampart.test/shop:1', shopProgram);
  });
  afterAll(() => cluster.close());

  /** One service without a Service: no name has to be forgotten between the runs. */
  const write = (directory: string, net: string) => {
    const [, back = {}] = shopManifests({ image, net });
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } };
    writeShop(directory, [settings, back], { target: { service: 'back', port: 'http' } });
  };
  const compare = ['compare', 'scenario.yaml', '--vary', 'back.GREETING=a,b', '--profiles', 'off'];

  it('use one namespace', async () => {
    const directory = workDirectory();
    write(directory, '127.97.31');
    const { stderr } = await cli([...compare, '--rounds', '2', '--out', 'out'], directory);
    const written = readFileSync(join(directory, 'out', 'comparison.json'), 'utf8');
    const { runs } = comparisonSchema.parse(JSON.parse(written));
    expect(runs.length, stderr).toBeGreaterThanOrEqual(4);
    const results = runs.map((run) => readResult(join(directory, 'out', run.directory)));
    expect([...new Set(results.map(({ environment }) => environment.facts?.['namespace']))]).toHaveLength(1);
    expect(stderr).not.toContain('removed with what a run has left');
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  }, 180_000);

  it('leave none when they are interrupted, and after a kill none at the next start', async () => {
    const directory = workDirectory();
    write(directory, '127.97.32');
    const killed = startCli([...compare, '--rounds', '3', '--out', 'killed'], directory);
    await killed.sees('round 1 of 3');
    await expect.poll(() => namespacesOf(cluster, markOf(directory)), { timeout: 60_000 }).toHaveLength(1);
    killed.child.kill('SIGKILL');
    await killed.end;
    const [orphan] = await namespacesOf(cluster, markOf(directory));
    const next = startCli([...compare, '--rounds', '3', '--out', 'next'], directory);
    await next.sees(`removing namespace ${orphan}, left behind by a run that was killed`);
    await next.sees('GREETING=a: ');
    next.child.kill('SIGINT');
    expect((await next.end).code).toBe(130);
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  }, 180_000);
});
