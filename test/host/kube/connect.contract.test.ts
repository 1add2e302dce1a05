/** The door to a real cluster: each question that it takes, and what a refusal reads like. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { connectKube } from '../../../src/host/kube/connect.ts';
import { followKube } from '../../../src/host/kube/follow.ts';
import { describeWithKube, loadGoText, podOf, testCluster, withNamespace } from '../../helpers/kube.ts';

const program = `package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("first line")
	time.Sleep(time.Hour)
}
`;

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const pods = { apiVersion: 'v1', kind: 'Pod' };

describeWithKube('a cluster', () => {
  let cluster: KubeCluster;
  beforeAll(async () => {
    cluster = await testCluster();
  });
  afterAll(() => cluster.close());

  it('says its version, and which kinds it serves', async () => {
    expect(await cluster.version(5000)).toMatch(/^v1\./);
    expect(await cluster.resource({ apiVersion: 'apps/v1', kind: 'Deployment' })).toEqual({
      plural: 'deployments',
      isNamespaced: true,
    });
    expect(await cluster.resource({ apiVersion: 'v1', kind: 'Namespace' })).toMatchObject({ isNamespaced: false });
    expect(await cluster.resource({ apiVersion: 'nowhere.dev/v1', kind: 'Thing' })).toBeUndefined();
  });

  it('creates, reads, changes, lists and removes objects', async () => {
    await withNamespace(cluster, async (namespace) => {
      const ref = { ...configMap, name: 'a', namespace };
      expect(await cluster.get(ref)).toBeUndefined();
      await cluster.create({ ...configMap, metadata: { name: 'a', namespace, labels: { x: '1' } }, data: { k: 'v' } });
      await cluster.patch(ref, { data: { k: 'w' } });
      expect(await cluster.get(ref)).toMatchObject({ kind: 'ConfigMap', data: { k: 'w' } });
      const { items } = await cluster.list(configMap, { namespace, labels: 'x=1' });
      expect(items).toMatchObject([{ ...configMap, metadata: { name: 'a' } }]);
      expect(await cluster.remove(ref)).toBe(true);
      expect(await cluster.remove(ref)).toBe(false);
    });
  });

  it('checks without storing', async () => {
    await withNamespace(cluster, async (namespace) => {
      await cluster.create({ ...configMap, metadata: { name: 'a', namespace } }, { isDryRun: true });
      expect(await cluster.get({ ...configMap, name: 'a', namespace })).toBeUndefined();
    });
  });

  it('tells what is there and what becomes of it, until it is told to stop', async () => {
    await withNamespace(cluster, async (namespace) => {
      const stop = new AbortController();
      const seen: string[] = [];
      await cluster.create({ ...configMap, metadata: { name: 'before', namespace } });
      const choice = { namespace, signal: stop.signal, fields: 'metadata.name!=kube-root-ca.crt' };
      const following = (async () => {
        const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });
        for await (const { type, object } of followKube(cluster, configMap, { ...choice, sleep: wait }))
          seen.push(`${type} ${object.metadata.name}`);
      })();
      await expect.poll(() => seen).toEqual(['ADDED before']);
      await cluster.create({ ...configMap, metadata: { name: 'after', namespace } });
      await cluster.remove({ ...configMap, name: 'before', namespace });
      await expect.poll(() => seen).toEqual(['ADDED before', 'ADDED after', 'DELETED before']);
      stop.abort();
      await following;
    });
  });

  it('reads the log of a container as it is printed', async () => {
    const image = await loadGoText('rampart.test/door:1', program);
    await withNamespace(cluster, async (namespace) => {
      await cluster.create(podOf(namespace, 'door', image));
      await expect
        .poll(async () => (await cluster.get({ ...pods, name: 'door', namespace }))?.['status'])
        .toMatchObject({ phase: 'Running' });
      const stop = new AbortController();
      const line = await first(cluster.logs(namespace, 'door', 'main', { follow: true, signal: stop.signal }));
      expect(line).toMatchObject({ text: 'first line', time: expect.stringMatching(/^\d{4}-.*T.*\.\d+Z$/) });
      const nothing = first(cluster.logs(namespace, 'not-there', 'main', {}));
      await expect(nothing).rejects.toThrow(/refused to read the log of Pod test-.*not-there.*not found/);
    });
  });

  it('knows what the user may not do', async () => {
    expect(await cluster.may([{ verb: 'create', group: '', resource: 'pods', namespace: 'default' }])).toEqual([]);
  });

  it('says what was refused, and why', async () => {
    const made = cluster.create({ ...configMap, metadata: { name: 'Not A Name', namespace: 'default' } });
    await expect(made).rejects.toMatchObject({
      code: 'kube-refused',
      message: expect.stringMatching(/refused to create ConfigMap default\/Not A Name: .*Invalid value/),
    });
    const unknown = cluster.list({ apiVersion: 'nowhere.dev/v1', kind: 'Thing' });
    await expect(unknown).rejects.toMatchObject({
      code: 'kube-refused',
      message: /serves no Thing of nowhere.dev\/v1/,
    });
  });

  it('names contexts that there are where one is not', async () => {
    const asked = connectKube({ env: process.env, context: 'not-there' });
    await expect(asked).rejects.toMatchObject({
      code: 'kube-context',
      message: expect.stringContaining(JSON.stringify(cluster.context)),
    });
  });
});

async function first<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const each of all) return each;
  return undefined;
}
