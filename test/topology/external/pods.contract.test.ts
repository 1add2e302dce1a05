/** The external engine on pods that somebody else runs, in a real cluster. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster, KubeObject } from '../../../src/host/kube/cluster.ts';
import { externalEngine } from '../../../src/topology/external-engine.ts';
import { describeWithKube, loadGoText, podOf, testCluster, withNamespace } from '../../helpers/kube.ts';
import { testRun } from '../../helpers/run-context.ts';

const service = `package main

import (
	"net"
	"net/http"
	_ "net/http/pprof"
)

func main() {
	listener, err := net.Listen("tcp", "127.97.4.1:0")
	if err != nil {
		panic(err)
	}
	panic(http.Serve(listener, nil))
}
`;

describeWithKube('the external engine on a namespace', () => {
  let cluster: KubeCluster;
  let image = '';
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoText('rampart-test-external:1', service);
  });
  afterAll(() => cluster.close());

  const pod = (namespace: string, name: string): KubeObject =>
    podOf(namespace, name, image, { imagePullPolicy: 'Never' });
  const topology = { engine: 'external', targets: [], readyTimeoutMs: 20_000 };

  it('finds what is chosen, and where load and samplers reach it; what it leaves is as it was', async () => {
    await withNamespace(cluster, async (namespace) => {
      await cluster.create(pod(namespace, 'api'));
      await cluster.create(pod(namespace, 'other'));
      await running(cluster, namespace, 2);
      const { context } = testRun();
      const up = await externalEngine.up({ ...topology, namespace, selector: 'app=api' }, [], context, {
        faults: [],
        asked: [],
        loadTo: 'api',
      });
      expect(up.targets).toMatchObject([
        { id: 'api-1', service: 'api', pod: { namespace, name: 'api', container: 'main', sharesNetwork: true } },
      ]);
      const [target] = up.targets;
      const [url = ''] = Object.values(target?.ports ?? {});
      expect(url).toMatch(/^http:\/\/127\.97\.4\.1:\d+$/);
      expect(target?.pprofUrl).toBe(`${url}/debug/pprof`);
      expect(up.facts).toHaveProperty('kubernetes');
      await up.down();
      const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
      expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(['api', 'other']);
    });
  });

  it('takes no pod that sends load for one that load is sent to', async () => {
    await withNamespace(cluster, async (namespace) => {
      const generator = pod(namespace, 'generator-1');
      const labels = { ...generator.metadata.labels, 'dev.rampart.role': 'generator' };
      await cluster.create(pod(namespace, 'api'));
      await cluster.create({ ...generator, metadata: { ...generator.metadata, labels } });
      await running(cluster, namespace, 2);
      const up = await externalEngine.up({ ...topology, namespace }, [], testRun().context);
      expect(up.targets.map(({ id }) => id)).toEqual(['api-1']);
      await up.down();
    });
  });

  it('refuses a namespace in which nothing runs', async () => {
    const up = externalEngine.up({ ...topology, namespace: 'kube-public' }, [], testRun().context);
    await expect(up).rejects.toMatchObject({ code: 'pods-missing', exitCode: 3 });
  });
});

async function running(cluster: KubeCluster, namespace: string, count: number): Promise<void> {
  for (;;) {
    const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    const phases = items.map(({ status }) => (status as { phase?: string }).phase);
    if (phases.filter((phase) => phase === 'Running').length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
