/** Service accounts of the test cluster with rights of a test's own, and the kubeconfigs that speak for them. */
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { KubeCluster, KubeObject } from '../../src/host/kube/cluster.ts';

interface Config {
  readonly 'current-context': string;
  readonly contexts: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly clusters: readonly { readonly name: string; readonly cluster: Record<string, string> }[];
}

/** Makes an account in a namespace, and a kubeconfig of its token in a folder; resolves with the path. */
export async function makeAccount(
  cluster: KubeCluster,
  { namespace, name, folder }: { readonly namespace: string; readonly name: string; readonly folder: string },
): Promise<string> {
  await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } });
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, annotations: { 'kubernetes.io/service-account.name': name } },
    type: 'kubernetes.io/service-account-token',
  };
  await cluster.create(secret);
  const token = await tokenOf(cluster, namespace, name);
  return await writeConfig(join(folder, `${name}.yaml`), { token });
}

/** A kubeconfig of the test cluster for a user that it may not know. */
export async function writeConfig(path: string, user: Readonly<Record<string, string>>): Promise<string> {
  const own = process.env.KUBECONFIG ?? '';
  const config = parse(await readFile(own, 'utf8')) as Config;
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
  const found = config.clusters.find(({ name }) => name === context?.cluster)?.cluster ?? {};
  const authority = found['certificate-authority'];
  const cluster =
    authority === undefined || isAbsolute(authority)
      ? found
      : { ...found, 'certificate-authority': resolve(own, '..', authority) };
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  });
  await writeFile(path, text);
  return path;
}

/** The controllers write it some moments after the secret was made. */
async function tokenOf(cluster: KubeCluster, namespace: string, name: string): Promise<string> {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace, name };
  for (let token: string | undefined; ; ) {
    const data = (await cluster.get(ref))?.['data'] as { token?: string } | undefined;
    token = data?.token;
    if (token !== undefined) return Buffer.from(token, 'base64').toString('utf8');
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/**
 * Makes the roles and bindings of a text that `kubectl apply` would take, under names of their own; resolves with what takes them back. Who
 * they are bound to is there already.
 */
export async function applyRole(cluster: KubeCluster, text: string, own: string): Promise<() => Promise<void>> {
  const objects = parseAllDocuments(text)
    .map((document) => document.toJS() as KubeObject)
    .filter(({ kind }) => kind !== 'ServiceAccount');
  for (const object of objects) await cluster.create(renamed(object, own));
  return async () => {
    for (const { apiVersion, kind, metadata } of objects.map((object) => renamed(object, own)))
      await cluster.remove({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
  };
}

/** Roles of several tests lie in no namespace. */
function renamed(object: KubeObject, own: string): KubeObject {
  const { metadata, roleRef } = object as KubeObject & { readonly roleRef?: { readonly name: string } };
  const name = (before: string) => `${before}-${own}`;
  return {
    ...object,
    metadata: { ...metadata, name: name(metadata.name) },
    ...(roleRef ? { roleRef: { ...roleRef, name: name(roleRef.name) } } : {}),
  };
}
