import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ExternalTopology, ManifestTopology } from '../../src/model/topology-spec.ts';
import { connectGenerators } from '../../src/runs/generator-cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-contexts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A kubeconfig whose contexts are each of a cluster at that port. */
function kubeconfig(name: string, ports: Readonly<Record<string, number>>, current: string): string {
  const file = join(folder, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(ports).map(([name, port]) => ({ name, cluster: { server: `http://127.0.0.1:${port}` } })),
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: Object.keys(ports).map((name) => ({ name, context: { cluster: name, user: 'u' } })),
    'current-context': current,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const env = { KUBECONFIG: kubeconfig('usual', { laptop: 1, staging: 2, same: 2 }, 'laptop') };
const other = kubeconfig('other', { far: 3 }, 'far');
const external: ExternalTopology = { engine: 'external', namespace: 'shop', targets: [], readyTimeoutMs: 1 };
const made = (context?: string): ManifestTopology => ({
  engine: 'kubernetes',
  manifests: { kind: 'files', files: [] },
  kube: { context, hostNetwork: false },
  scale: {},
  env: {},
  readyTimeoutMs: 1,
});

it.each([
  ['the context of what is made', made('staging'), undefined, { port: 2, isOfTopology: true }],
  ['the current context', made(), undefined, { port: 1, isOfTopology: true }],
  [
    'the context of a namespace that runs',
    { ...external, context: 'staging' },
    undefined,
    { port: 2, isOfTopology: true },
  ],
  [
    'the kubeconfig of a namespace that runs',
    { ...external, kubeconfig: other },
    undefined,
    { port: 3, isOfTopology: true },
  ],
  ['another context of the same cluster', { ...external, context: 'staging' }, 'same', { port: 2, isOfTopology: true }],
  ['a cluster of its own', { ...external, context: 'staging' }, 'laptop', { port: 1, isOfTopology: false }],
  ['a cluster beside what is made', made('staging'), 'laptop', { port: 1, isOfTopology: false }],
  [
    'the cluster of a topology that is in none',
    { ...external, namespace: undefined },
    'staging',
    { port: 2, isOfTopology: true },
  ],
])('goes to %s', async (_, topology, context, { port, isOfTopology }) => {
  const found = await connectGenerators({ context }, topology, env);
  found.cluster.close();
  expect({ server: found.cluster.server, is: found.isOfTopology }).toEqual({
    server: `http://127.0.0.1:${port}`,
    is: isOfTopology,
  });
});
