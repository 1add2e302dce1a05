import { networkInterfaces } from 'node:os';
import { beforeAll, expect, it } from 'vitest';
import { pause } from '../../../src/host/clock.ts';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { readAccess } from '../../../src/host/kube/config.ts';
import { createTransport } from '../../../src/host/kube/transport.ts';
import { listenForUpgrades } from '../../../src/host/upgrade.ts';
import { sharedNodes } from '../../../src/load/pods/loss.ts';
import { type GeneratorPlace, generatorObjects } from '../../../src/load/pods/objects.ts';
import { throughServer } from '../../../src/load/pods/reach.ts';
import { startGeneratorPods, type Waiting } from '../../../src/load/pods/start.ts';
import type { GeneratorPodsSpec } from '../../../src/model/generator-pods.ts';
import {
  describeWithKube,
  hasKube,
  loadGoText,
  podOf,
  sayUntested,
  testCluster,
  withNamespace,
} from '../../helpers/kube.ts';
import { loadRampartImage } from '../../helpers/rampart-image.ts';

const spec: GeneratorPodsSpec = {
  pods: 2,
  image: 'nothing.invalid/rampart:1',
  resources: { cpu: '100m', memory: '64Mi' },
  nodeSelector: {},
  tolerations: [],
  pullSecrets: [],
  withinMs: 50_000,
};

function placeIn(namespace: string, more: Partial<GeneratorPlace> = {}): GeneratorPlace {
  const labels = { 'dev.rampart.run': 'r1' };
  return {
    namespace,
    prefix: '',
    labels,
    annotations: {},
    token: 't'.repeat(32),
    hostNetwork: true,
    apartFrom: [],
    lifeS: 60,
    ...more,
  };
}

function waiting(): Waiting {
  const { signal } = new AbortController();
  const sleep = (ms: number, signal: AbortSignal) => pause(ms, { signal });
  return { signal, nowMs: () => performance.now(), sleep, warn: (message) => console.warn(message) };
}

/** A clock on which all time is over as soon as the scheduler has judged every generator. */
function untilJudged(cluster: KubeCluster, { namespace }: GeneratorPlace): Waiting {
  let ms = 0;
  const isJudged = async () => {
    const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labels: 'dev.rampart.run' });
    return items.every((pod) =>
      (pod['status'] as { conditions?: { type: string }[] }).conditions?.some(({ type }) => type === 'PodScheduled'),
    );
  };
  const sleep: Waiting['sleep'] = async (asked, signal) => {
    await pause(asked, { signal });
    if (await isJudged()) ms = Number.POSITIVE_INFINITY;
  };
  return { ...waiting(), nowMs: () => ms, sleep };
}

/** What keeps generators from starting in a namespace, and what is left there. */
async function refusal(
  cluster: KubeCluster,
  given: Partial<GeneratorPodsSpec>,
  place: GeneratorPlace,
  how = waiting(),
) {
  const failure = await startGeneratorPods(cluster, { ...spec, ...given }, place, how).then(
    () => ({ code: 'none', message: 'they started' }),
    (error: { code: string; message: string }) => error,
  );
  const left = await cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace: place.namespace, labels: 'dev.rampart.run' },
  );
  const going = left.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const secret = await cluster.get({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: place.namespace,
    name: 'generators',
  });
  return { code: failure.code, message: failure.message, left: going.length + (secret ? 1 : 0) };
}

const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

const nodes = hasKube ? await nodeNames() : [];

async function nodeNames(): Promise<string[]> {
  const cluster = await testCluster();
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Node' });
  cluster.close();
  return items.map(({ metadata }) => metadata.name);
}

describeWithKube('generators as pods', () => {
  let rampart = '';
  beforeAll(async () => {
    rampart = await loadRampartImage();
  }, 180_000);

  it('run an image that is made without a registry, as nobody, with a file system that is not theirs', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      const securityContext = { runAsUser: 65_534, runAsNonRoot: true, readOnlyRootFilesystem: true };
      const pod = podOf(namespace, 'version', rampart, { args: ['--version'], securityContext });
      await cluster.create({ ...pod, spec: { ...(pod['spec'] as object), restartPolicy: 'Never' } });
      const printed: string[] = [];
      await expect
        .poll(async () => (await cluster.get({ ...pod, name: 'version', namespace }))?.['status'])
        .toMatchObject({ phase: 'Succeeded' });
      for await (const { text } of cluster.logs(namespace, 'version', 'main', {})) printed.push(text);
      expect(printed.join('')).toMatch(/^\d+\.\d+\.\d+/);
    });
    cluster.close();
  });

  it('are objects as the API server takes them', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      const tolerations = [{ key: 'load', operator: 'Exists' }] as const;
      const all = { ...spec, tolerations, nodeSelector: { pool: 'load' }, pullSecrets: ['registry'] };
      for (const hostNetwork of [true, false])
        for (const object of generatorObjects(
          { ...all, hostNetwork },
          placeIn(namespace, { apartFrom: [namespace] }),
        )) {
          const taken = await cluster.create(object, { isDryRun: true });
          expect(taken.metadata.name).toBe(object.metadata.name);
        }
    });
    cluster.close();
  });

  it('go with the pod of their coordinator, of which nothing has to be told', async () => {
    const cluster = await testCluster();
    const image = await loadGoText('generator-test/waits:1', 'package main\n\nfunc main() { select {} }\n');
    await withNamespace(cluster, async (namespace) => {
      const made = await cluster.create(podOf(namespace, 'coordinator', image));
      const coordinator = { namespace, name: 'coordinator', uid: made.metadata.uid ?? '' };
      for (const object of generatorObjects(spec, placeIn(namespace, { coordinator }))) await cluster.create(object);
      await cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'coordinator' }, { graceS: 1 });
      const left = async () => {
        const lists = await Promise.all(
          ['Pod', 'Secret'].map((kind) => cluster.list({ apiVersion: 'v1', kind }, { namespace })),
        );
        return lists.flatMap(({ items }) => items.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
      };
      await expect.poll(left).toEqual([]);
    });
    cluster.close();
  });

  it('are refused with the words of the scheduler, in bounded time, where no node is apart from the topology', async () => {
    const cluster = await testCluster();
    const image = await loadGoText('generator-test/waits:1', 'package main\n\nfunc main() { select {} }\n');
    await withNamespace(cluster, async (namespace) => {
      for (const name of nodes) {
        const pod = podOf(namespace, `on-${name}`, image);
        const own = pod['spec'] as Readonly<Record<string, unknown>>;
        await cluster.create({ ...pod, spec: { ...own, nodeName: name } });
      }
      const place = placeIn(namespace, { apartFrom: [namespace] });
      const { code, message, left } = await refusal(cluster, { withinMs: 3000 }, place, untilJudged(cluster, place));
      expect(code).toBe('generator-unschedulable');
      expect(message).toMatch(/^2 of 2 generators do not run after 3s: .*didn't match pod anti-affinity rules/);
      expect(left).toBe(0);
    });
    cluster.close();
  });

  if (hasKube && nodes.length < 2)
    sayUntested('generators that keep off the node of the topology', 'the cluster has one node');
  it.skipIf(nodes.length < 2)('are all on other nodes than the topology where there are any', async () => {
    const cluster = await testCluster();
    const idle = await loadGoText('generator-test/waits:1', 'package main\n\nfunc main() { select {} }\n');
    await withNamespace(cluster, async (namespace) => {
      const pod = podOf(namespace, 'topology', idle);
      await cluster.create({ ...pod, spec: { ...(pod['spec'] as object), nodeName: nodes[0] } });
      const place = placeIn(namespace, { apartFrom: [namespace] });
      const small = { ...spec, image: rampart, resources: { cpu: '50m', memory: '128Mi' }, withinMs: 50_000 };
      const started = await startGeneratorPods(cluster, small, place, waiting());
      expect(started.map(({ name }) => name)).toEqual(['generator-1', 'generator-2']);
      for (const { node, port } of started) {
        expect(node).not.toBe(nodes[0]);
        expect(port).toBeGreaterThan(0);
      }
      expect(await sharedNodes(cluster, started, [namespace])).toEqual(new Map());
      const beside = started.map((each) => ({ ...each, node: nodes[0] ?? '' }));
      expect([...(await sharedNodes(cluster, beside, [namespace])).values()]).toEqual([['topology'], ['topology']]);
    });
    cluster.close();
  });

  it('are refused where their image is not there, is no rampart, or a quota is exceeded, and nothing is left', async () => {
    const cluster = await testCluster();
    const source = 'package main\n\nimport "os"\n\nfunc main() { println("I am something else"); os.Exit(7) }\n';
    const other = await loadGoText('generator-test/other:1', source);
    await withNamespace(cluster, async (namespace) => {
      expect(await refusal(cluster, {}, placeIn(namespace))).toMatchObject({
        code: 'generator-pod',
        message: expect.stringMatching(/nothing\.invalid\/rampart:1/),
        left: 0,
      });
      expect(await refusal(cluster, { image: other, pods: 1 }, placeIn(namespace, { prefix: 'other-' }))).toMatchObject(
        {
          code: 'generator-pod',
          message: expect.stringMatching(/did not start: it exited with code 7; it printed: I am something else/),
          left: 0,
        },
      );
    });
    await withNamespace(cluster, async (namespace) => {
      const metadata = { name: 'few', namespace };
      await cluster.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '1' } } });
      expect(await refusal(cluster, {}, placeIn(namespace))).toMatchObject({ code: 'kube-quota', left: 0 });
    });
    cluster.close();
  });

  // An API server forwards to no loopback address, so a cluster within one needs another address of this machine.
  it.skipIf(ownAddress === undefined)('are reached through the API server where their address cannot be', async () => {
    const cluster = await testCluster();
    const wanted = { path: '/rampart-generator', protocol: 'rampart-generator/1' };
    const server = await listenForUpgrades({ host: ownAddress ?? '', port: 0, flag: 'none' }, wanted, (stream) => {
      stream.on('data', (bytes) => stream.write(`heard ${bytes}`));
      stream.on('end', () => stream.end());
    });
    await withNamespace(cluster, async (namespace) => {
      const pod = podOf(namespace, 'nowhere', 'nothing.invalid/pod:1');
      await cluster.create({
        ...pod,
        spec: { ...(pod['spec'] as object), hostNetwork: false, nodeSelector: { no: 'node' } },
      });
      await giveAddress(namespace, 'nowhere', ownAddress ?? '');
      const port = Number(new URL(server.url).port);
      const reached = { namespace, name: 'nowhere', node: 'none', address: ownAddress ?? '', port };
      const stream = await throughServer(cluster, reached, wanted, 'as a test');
      const answer = new Promise((resolve) => stream.once('data', (bytes) => resolve(String(bytes))));
      stream.write('a word');
      expect(await answer).toBe('heard a word');
      stream.destroy();
      await expect(throughServer(cluster, { ...reached, port: 1 }, wanted, 'as a test')).rejects.toMatchObject({
        code: 'generator-unreachable',
        message: expect.stringContaining('neither directly (as a test) nor through the API server'),
      });
    });
    await server.close();
    cluster.close();
  });
});

/** What a kubelet would write. */
async function giveAddress(namespace: string, pod: string, podIP: string): Promise<void> {
  const transport = createTransport(await readAccess({ env: process.env }));
  await transport.json({
    asked: 'give a pod an address',
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/status`,
    bodyType: 'application/merge-patch+json',
    body: { status: { podIP, podIPs: [{ ip: podIP }] } },
  });
  transport.close();
}
