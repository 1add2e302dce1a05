/** `rampart run` whose load is sent by pods of a real cluster. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { mergeHistograms } from '../../../src/model/histogram.ts';
import type { LoadMessage, LoadWindow } from '../../../src/model/load.ts';
import { cli, expectComplete, leaveNothing, markOf, readResult, startCli, workDirectory } from '../../helpers/cli.ts';
import { describeWithKube, loadGoText, namespacesOf, podOf, testCluster, withNamespace } from '../../helpers/kube.ts';
import { serviceProgram } from '../../helpers/kube-service.ts';
import { loadRampartImage } from '../../helpers/rampart-image.ts';
import { startTruthServer } from '../../load/truth-server.ts';

const seconds = 60_000;

describeWithKube('load from pods', () => {
  leaveNothing();
  let image = '';
  let cluster: KubeCluster;
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadRampartImage();
  }, seconds);
  afterAll(() => cluster.close());

  /** Both scenarios know nothing of a topology in the cluster, so that no node is shared with it. */
  function write(directory: string, port: number, pods: number, forS: number): string {
    const file = join(directory, `pods-${pods}.yaml`);
    writeFileSync(
      file,
      `name: pods-${markOf(directory)}
topology: { engine: external }
target: { url: "http://127.0.0.1:${port}/" }
load:
  generators: { pods: ${pods}, node: any, image: "${image}", hostNetwork: true, resources: { cpu: 300m, memory: 256Mi } }
  idle: 0s
  steps: [{ name: all, rate: 80/s, for: ${forS}s }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
`,
    );
    return file;
  }

  it(
    'is sent once, whatever pod sends which part, and what they tell adds up to the whole',
    async () => {
      const directory = workDirectory();
      const pods = 2;
      await using truth = await startTruthServer({ delay: '20ms' });
      const out = join(directory, 'out');
      const end = await cli(['run', write(directory, truth.port, pods, 2), '--out', out], directory);
      const result = readResult(out);
      expectComplete(end, result);
      const [step] = result.steps;
      expect((await truth.arrivals()).us.length).toBe(160);
      expect(step?.load).toMatchObject({ planned: 160, completed: 160, unfinished: 0 });
      expect(step?.responseUs.p50).toBeGreaterThan(20_000);
      expect(result.generators?.map(({ name, planned }) => [name, planned])).toEqual(
        Array.from({ length: pods }, (_, index) => [`generator-${index + 1}`, 160 / pods]),
      );
      for (const { node, reached, firstArrivalSkewUs, uncertaintyUs, image: ran } of result.generators ?? [])
        expect({ node, reached, ran, isKnown: firstArrivalSkewUs !== undefined && uncertaintyUs > 0 }).toMatchObject({
          node: expect.stringMatching(/./),
          reached: 'directly',
          ran: expect.stringContaining('sha256:'),
          isKnown: true,
        });
      const windows = windowsIn(out);
      const merged = (own: readonly LoadWindow[]) => mergeHistograms(own.map(({ response }) => response));
      const each = Array.from({ length: pods }, (_, index) => merged(windows.filter((one) => one.generator === index)));
      expect(each.reduce((sum, { totalCount }) => sum + totalCount, 0)).toBe(160);
      expect(merged(windows).getValueAtPercentile(99)).toBe(step?.responseUs.p99);
      expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
    },
    seconds,
  );

  it(
    'makes the run invalid beside a namespace that runs already, in the cluster of that and not the current one',
    async () => {
      const directory = workDirectory();
      const web = await loadGoText('generator-test/web:1', serviceProgram);
      const nowhere = join(directory, 'nowhere.json');
      writeFileSync(nowhere, JSON.stringify(brokenConfig));
      await withNamespace(cluster, async (namespace) => {
        const address = { name: 'POD_NAME', value: 'web' };
        await cluster.create(podOf(namespace, 'web', web, { imagePullPolicy: 'Never', env: [address] }));
        const phase = async () =>
          (await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'web' }))?.['status'];
        await expect.poll(phase, { timeout: seconds }).toMatchObject({ phase: 'Running' });
        const seen = await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'web' });
        const { nodeName } = (seen?.['spec'] ?? {}) as { nodeName?: string };
        const file = write(directory, 8080, 1, 6);
        const text = readFileSync(file, 'utf8')
          .replace('{ engine: external }', `{ engine: external, namespace: ${namespace}, context: ${cluster.context} }`)
          .replace('127.0.0.1:8080', '127.98.188.145:8080')
          .replace('node: any,', `node: any, nodeSelector: { kubernetes.io/hostname: ${nodeName} },`);
        writeFileSync(file, text);
        const env = { KUBECONFIG: `${nowhere}:${process.env['KUBECONFIG']}` };
        const run = startCli(['run', file, '--out', join(directory, 'out')], directory, env);
        await run.sees(/generator gets ready/);
        const late = podOf(namespace, 'late', web, { imagePullPolicy: 'Never', env: [{ ...address, value: 'late' }] });
        await cluster.create({ ...late, spec: { ...(late['spec'] as object), nodeName } });
        const { code, stderr } = await run.end;
        const { validity, generators } = readResult(join(directory, 'out'));
        expect(code, stderr).toBe(4);
        expect(generators).toMatchObject([{ name: 'generator-1', sharesNodeWith: ['web', 'late'] }]);
        expect(validity.reasons).toContainEqual({
          code: 'generator-shares-node',
          message: expect.stringMatching(/^generator generator-1 shared node \S+ with web and 1 more: /),
        });
      });
    },
    seconds,
  );

  it(
    'ends with the words of the cluster when one of them is deleted, and what was sent is kept',
    async () => {
      const directory = workDirectory();
      await using truth = await startTruthServer({ delay: '5ms' });
      const run = startCli(['run', write(directory, truth.port, 2, 20), '--out', join(directory, 'out')], directory);
      await expect.poll(async () => (await truth.arrivals()).us.length, { timeout: seconds }).toBeGreaterThan(80);
      const [namespace] = await namespacesOf(cluster, markOf(directory));
      await cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'generator-2' }, { graceS: 1 });
      const { code, stderr } = await run.end;
      const { status, validity, generators, steps, failure } = readResult(join(directory, 'out'));
      const words =
        /generator generator-2 was lost: pod generator-2 on \S+: (?:somebody deleted the pod|it exited with)/;
      expect({ code, status }, stderr).toEqual({ code: 4, status: 'partial' });
      expect(failure?.message).toMatch(words);
      expect(validity.reasons).toContainEqual({ code: 'generator-lost', message: expect.stringMatching(words) });
      expect(generators?.map(({ lost }) => lost !== undefined)).toEqual([false, true]);
      const {
        planned = 0,
        completed = 0,
        unfinished = 0,
        failed = 0,
        timedOut = 0,
        dropped = 0,
      } = steps[0]?.load ?? {};
      expect(completed).toBeGreaterThan(0);
      expect(completed + unfinished + failed + timedOut + dropped).toBe(planned);
      expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
    },
    seconds,
  );
});

/** A kubeconfig whose current context leads to no cluster. */
const brokenConfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'nowhere', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'nobody', user: { token: 't' } }],
  contexts: [{ name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }],
  'current-context': 'nowhere',
};

function windowsIn(out: string): LoadWindow[] {
  return readFileSync(join(out, 'raw', 'load.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LoadMessage)
    .filter((message): message is LoadWindow => message.kind === 'window');
}
