/** Commands in a container of a real pod. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { describeWithKube, loadGoTextWithShell, podOf, testCluster } from '../../helpers/kube.ts';

const program = 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Hour) }\n';

describeWithKube('a command in a container', () => {
  const namespace = `test-exec-${process.pid}`;
  const place = { namespace, pod: 'box', container: 'main' };
  let cluster: KubeCluster;

  beforeAll(async () => {
    cluster = await testCluster();
    const image = await loadGoTextWithShell('rampart-test/exec:1', program);
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await cluster.create(podOf(namespace, 'box', image, { imagePullPolicy: 'Never' }));
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name: 'box' };
    while (((await cluster.get(ref))?.['status'] as { phase?: string } | undefined)?.phase !== 'Running')
      await sleep(50);
  }, 180_000);

  afterAll(async () => {
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    cluster.close();
  });

  const run = async (...command: string[]) => await cluster.exec(place, command, AbortSignal.timeout(50_000));

  it('gives back what it printed and how it ended', async () => {
    expect(await run('sh', '-c', 'echo "$0"; echo no >&2; exit 7', 'a b&c=d')).toEqual({
      code: 7,
      stdout: 'a b&c=d\n',
      stderr: 'no\n',
    });
    expect(await run('sh', '-c', ':')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('gives back all of a long print', async () => {
    const { stdout } = await run('sh', '-c', 'i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done');
    expect(stdout.split('\n')).toHaveLength(20_001);
    expect(stdout.endsWith('line 19999\n')).toBe(true);
  });

  it('says that there is no such program, and no such pod', async () => {
    await expect(run('nothing')).rejects.toMatchObject({ message: expect.stringMatching(/executable file not found/) });
    const nowhere = { ...place, pod: 'gone' };
    await expect(cluster.exec(nowhere, ['sh'], AbortSignal.timeout(50_000))).rejects.toMatchObject({
      code: 'kube-refused',
      message: expect.stringMatching(/"gone" not found/),
    });
  });

  it('ends with its signal', async () => {
    await expect(cluster.exec(place, ['sh', '-c', 'while :; do :; done'], AbortSignal.timeout(300))).rejects.toThrow(
      /timeout/,
    );
  });
});
