/** What a real kubelet tells of a container against what this machine's kernel counts of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClock } from '../../src/host/clock.ts';
import { mainProcess } from '../../src/host/container-processes.ts';
import type { KubeCluster } from '../../src/host/kube/cluster.ts';
import { readGroupUse } from '../../src/host/proc-fs.ts';
import type { PodPlace } from '../../src/model/topology.ts';
import { createKubeletPages } from '../../src/samplers/kubelet-pages.ts';
import { describeWithKube, loadGoText, podOf, testCluster, withNamespace } from '../helpers/kube.ts';

const burner = `package main

import "time"

func main() {
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); {
	}
}
`;

describeWithKube('the page of a kubelet', () => {
  let cluster: KubeCluster;
  beforeAll(async () => {
    cluster = await testCluster();
  });
  afterAll(() => cluster.close());

  it('counts CPU and throttling as the kernel does at the moment of its stamp, and tells the limits', async () => {
    const image = await loadGoText('rampart-test-burner:1', burner);
    await withNamespace(cluster, async (namespace) => {
      const resources = { limits: { cpu: '200m', memory: '64Mi' } };
      await cluster.create(podOf(namespace, 'burner', image, { imagePullPolicy: 'Never', resources }));
      const { node, containerId } = await runningContainer(cluster, namespace, 'burner');
      const pid = mainProcess(containerId);
      if (pid === undefined) throw new Error('the node of the test cluster is not this machine');
      const place: PodPlace = { namespace, name: 'burner', node, container: 'main', containerId, sharesNetwork: true };

      const clock = startClock();
      const pages = createKubeletPages({ clock, env: process.env });
      const own: { readonly atMs: number; readonly cpuUs: number; readonly throttledMs: number }[] = [];
      let use: ReturnType<Awaited<ReturnType<typeof pages.of>>['page']['useOf']>;
      const name = { containerId, namespace, pod: 'burner', container: 'main', sharesNetwork: true };
      for (;;) {
        const { cpuUs = Number.NaN, throttling } = await readGroupUse(pid, containerId);
        own.push({ atMs: Date.now(), cpuUs, throttledMs: throttling.throttledMs });
        use = (await pages.of(place)).page.useOf(name);
        if (use && use.readUs / 1000 > (own[0]?.atMs ?? 0) && use.readUs / 1000 < (own.at(-1)?.atMs ?? 0)) break;
        await clock.sleep(50);
      }
      const atMs = use.readUs / 1000;
      const sinceMs = 500;
      const [before, after] = [
        own.findLast((each) => each.atMs < atMs - sinceMs) ?? own[0],
        own.find((each) => each.atMs > atMs + sinceMs) ?? own.at(-1),
      ];
      expectWithin(use.cpuUs, before?.cpuUs, after?.cpuUs);
      expectWithin(use.throttling?.throttledMs, before?.throttledMs, after?.throttledMs);
      expect(use.limits).toEqual({ cpus: 0.2, memoryBytes: 64 * 1024 ** 2 });
      expect(use.network).toBeUndefined();

      // One clock for both: a page can only have arrived after it was made.
      const { offsetUs = Number.NaN } = pages.relationOf(place) ?? {};
      expect(offsetUs).toBeGreaterThanOrEqual(-1000);
      expect(offsetUs).toBeLessThan(10e6);
      pages.close();
    });
  }, 180_000);
});

/** Seconds as text and microseconds of a file are not the same number to the last bit. */
function expectWithin(value = Number.NaN, low = Number.NaN, high = Number.NaN): void {
  expect(Math.round(value)).toBeGreaterThanOrEqual(Math.round(low));
  expect(Math.round(value)).toBeLessThanOrEqual(Math.round(high));
}

async function runningContainer(cluster: KubeCluster, namespace: string, name: string) {
  for (;;) {
    const pod = await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
    const { containerStatuses: [status] = [] } = (pod?.['status'] ?? {}) as {
      containerStatuses?: { containerID?: string; state?: { running?: unknown } }[];
    };
    const { nodeName } = (pod?.['spec'] ?? {}) as { nodeName?: string };
    const containerId = status?.containerID?.replace(/^\w+:\/\//, '');
    if (status?.state?.running && containerId && nodeName) return { node: nodeName, containerId };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
