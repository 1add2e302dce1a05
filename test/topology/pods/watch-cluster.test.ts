/** What is said where the cluster does not tell what becomes of pods. */
import { expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { KubeRefusal } from '../../../src/host/kube/failures.ts';
import { followKube } from '../../../src/host/kube/follow.ts';
import { following, lastLook } from '../../../src/topology/pods/watch-cluster.ts';
import { testRun } from '../../helpers/run-context.ts';

/** Follows pods of a cluster that breaks off its first watches with these errors, and is then silent; what the run is told. */
async function follow(errors: Error[], listError?: Error) {
  const { context } = testRun();
  const closing = new AbortController();
  const unseen: string[] = [];
  const warned: string[] = [];
  const cluster: Pick<KubeCluster, 'list' | 'watch'> = {
    list: async () => {
      if (listError) throw listError;
      return { items: [], resourceVersion: '1' };
    },
    // biome-ignore lint/correctness/useYield: it is silent
    watch: async function* () {
      const error = errors.shift();
      if (error) throw error;
      closing.abort();
    },
  };
  const log = { ...context.log, warn: (message: string) => warned.push(message) };
  const clock = { ...context.clock, sleep: async () => undefined };
  const watch = { clock, log, signal: closing.signal, unseen: (message: string) => unseen.push(message) };
  await following('pods', watch, async (choice) => {
    for await (const event of followKube(cluster, { apiVersion: 'v1', kind: 'Pod' }, choice))
      expect(event).toBe('none');
  });
  expect(warned).toEqual(unseen);
  return unseen;
}

it('tells the run, once for each silence, that pods are not followed for the moment', async () => {
  const errors = [new Error('connect ECONNREFUSED'), new Error('connect ECONNREFUSED')];
  expect(await follow(errors)).toEqual(['pods are not followed for the moment: connect ECONNREFUSED']);
});

it('tells the run that pods are not followed where nobody may ask for them', async () => {
  expect(await follow([], new KubeRefusal(403, 'Forbidden', 'pods is forbidden'))).toEqual([
    'pods are not followed: pods is forbidden',
  ]);
});

it('says nothing where a version of the list is too old to go on from', async () => {
  expect(await follow([new KubeRefusal(410, 'Expired', 'too old resource version')])).toEqual([]);
});

it('tells the run where the cluster no longer answers at the end', async () => {
  const told = async (list: KubeCluster['list']) => {
    const unseen: string[] = [];
    const watch: Pick<KubeCluster, 'list' | 'watch'> = { list, watch: async function* () {} };
    const { context } = testRun();
    await lastLook({}, { cluster: watch, log: context.log, unseen: (message) => unseen.push(message) });
    return unseen;
  };
  expect(await told(async () => ({ items: [], resourceVersion: '1' }))).toEqual([]);
  const silent = async () => {
    throw new Error('it did not answer in time');
  };
  expect(await told(silent)).toEqual([
    'pods could not be seen at the end, nor perhaps for a minute before: it did not answer in time',
  ]);
});
