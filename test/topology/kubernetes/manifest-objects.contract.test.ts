/** Manifests of files, as objects of a run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ManifestTopology } from '../../../src/model/topology-spec.ts';
import { manifestObjects } from '../../../src/topology/kubernetes/manifest-objects.ts';

const place = { env: {}, signal: new AbortController().signal };
const cluster = { context: 'shop', resource: async () => ({ plural: 'any', isNamespaced: true }) };

async function objectsOf(...objects: readonly (readonly [apiVersion: string, kind: string, name: string])[]) {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-manifests-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'all.json');
  const template = { spec: { containers: [{ name: 'main', image: 'main:1' }] } };
  const items = objects.map(([apiVersion, kind, name]) => ({
    apiVersion,
    kind,
    metadata: { name },
    spec: { template },
  }));
  await writeFile(file, JSON.stringify({ kind: 'List', items }));
  const manifests = { kind: 'files', files: [file] } as const;
  const spec = { engine: 'kubernetes', manifests, kube: { hostNetwork: false }, scale: {}, env: {} };
  return await manifestObjects(spec as unknown as ManifestTopology, [], cluster, place);
}

it('refuses two services of one name, whose numbers nobody could tell apart', async () => {
  const both = objectsOf(['apps/v1', 'Deployment', 'api'], ['apps/v1', 'StatefulSet', 'api']);
  await expect(both).rejects.toMatchObject({
    code: 'kube-manifests',
    message: 'Deployment and StatefulSet are all called api, and a run knows services by their names',
  });
});

it('takes a job that is called as the service is', async () => {
  const { workloads } = await objectsOf(['apps/v1', 'Deployment', 'api'], ['batch/v1', 'Job', 'api']);
  expect(workloads.map(({ object }) => object.kind)).toEqual(['Deployment', 'Job']);
});
