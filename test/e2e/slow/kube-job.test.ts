/** The Job of the documentation, applied to a cluster: its exit code is the verdict, which a ConfigMap and its last words say, too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeCluster, KubeObject } from '../../../src/host/kube/cluster.ts';
import { describeWithKube, loadGoText, podOf, testCluster, withNamespace } from '../../helpers/kube.ts';
import { loadRampartImage } from '../../helpers/rampart-image.ts';

const file = join(import.meta.dirname, '../../../docs/kubernetes-job.yaml');
const address = '127.0.61.7:8080';
const server = `package main

import "net/http"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok")) })
	panic(http.ListenAndServe("${address}", nil))
}
`;

/** The closed loop, because a generator that has nothing to be late for is valid on a busy machine, too. */
const scenario = (rule: string) => `name: api
topology: { engine: external, targets: [{ name: api }] }
target: { url: "http://${address}/" }
load: { mode: closed, steps: [{ connections: 4, for: 2s }] }
slo: ["${rule}"]
`;

/** As they are written, but for what is said to be changed there, and the network of a cluster that has none for pods. */
function objectsOf(image: string, rule: string, namespace: string): KubeObject[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((each) => each.toJS() as KubeObject);
  return documents.map((object) => {
    const own = { ...object, metadata: { ...object.metadata, namespace } } as KubeObject;
    if (object.kind === 'ConfigMap') return { ...own, data: { 'rampart.yaml': scenario(rule) } };
    if (object.kind === 'RoleBinding') {
      const subjects = [{ kind: 'ServiceAccount', name: 'rampart', namespace }];
      return { ...own, subjects };
    }
    if (object.kind !== 'Job') return own;
    const spec = structuredClone(object['spec']) as { template: { spec: PodSpec } };
    const pod = spec.template.spec;
    const [container] = pod.containers;
    if (!container) throw new Error('the Job has no container');
    container.image = image;
    container.resources = {};
    pod.hostNetwork = true;
    return { ...own, spec };
  });
}

interface PodSpec {
  hostNetwork?: boolean;
  containers: { image: string; resources: unknown }[];
}

interface JobStatus {
  readonly conditions?: readonly { readonly type: string; readonly reason: string; readonly message: string }[];
}

const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'rampart' } as const;

/** How the Job ended. */
async function endOf(cluster: KubeCluster, namespace: string) {
  for (;;) {
    const found = await cluster.get({ ...job, namespace });
    const { conditions = [] } = (found?.['status'] ?? {}) as JobStatus;
    const end = conditions.find(({ type }) => type === 'Complete' || type === 'Failed');
    if (end) return end;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

interface PodStatus {
  readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly message?: string } } }[];
}

describeWithKube('the Job of the documentation', () => {
  it.each([
    ['p50 < 5s', 'pass', '0', 'Complete', 'Reached expected number of succeeded pods'],
    ['p50 < 1us', 'fail', '1', 'Failed', 'failed with exit code 1 matching FailJob rule'],
    ['p50 < fast', 'invalid', '2', 'Failed', 'failed with exit code 2 matching FailJob rule'],
  ])('with the rule %s ends with the verdict %s', { timeout: 120_000 }, async (rule, verdict, code, type, message) => {
    const image = await loadRampartImage();
    const api = await loadGoText('rampart.test/job-api:1', server);
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      await cluster.create(podOf(namespace, 'api', api));
      for (const object of objectsOf(image, rule, namespace)) await cluster.create(object);
      const end = await endOf(cluster, namespace);
      expect([end.type, end.message]).toEqual([type, expect.stringContaining(message)]);
      const kept = await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'rampart-result' });
      expect(kept?.['data']).toMatchObject({ verdict, 'exit-code': code });
      const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labels: 'job-name=rampart' });
      const last = pods.items.toSorted((a, b) => stampOf(a).localeCompare(stampOf(b))).at(-1);
      const words = ((last?.['status'] ?? {}) as PodStatus).containerStatuses?.[0]?.state.terminated?.message;
      expect(words).toMatch(new RegExp(`^${verdict}: rampart run`));
    }).finally(() => cluster.close());
  });
});

const stampOf = (object: KubeObject) => object.metadata.creationTimestamp ?? '';
