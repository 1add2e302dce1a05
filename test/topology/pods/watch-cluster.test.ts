/** What is said where the cluster does not tell what becomes of pods. */
import { expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { KubeRefusal } from '../../../src/host/kube/failures.ts';
import { followKube } from '../../../src/host/kube/follow.ts';
import { createUnseenSpans, type UnseenSpan, type UnseenSpans } from '../../../src/topology/pods/unseen-span.ts';
import { following, lastLook } from '../../../src/topology/pods/watch-cluster.ts';
import { testRun } from '../../helpers/run-context.ts';

/** Follows pods of a cluster that breaks off its first watches with these errors, each a second later, and is then silent; what the run is told. */
async function follow(errors: Error[], listError?: Error) {
  const { context } = testRun();
  const closing = new AbortController();
  const told: UnseenSpan[] = [];
  const logged: string[] = [];
  let nowUs = 0;
  const cluster: Pick<KubeCluster, 'list' | 'watch'> = {
    list: async () => {
      if (listError) throw listError;
      return { items: [], resourceVersion: '1' };
    },
    // biome-ignore lint/correctness/useYield: it is silent
    watch: async function* () {
      nowUs += 1e6;
      const error = errors.shift();
      if (error) throw error;
      closing.abort();
    },
  };
  const keep = (message: string) => logged.push(message);
  const clock = { ...context.clock, nowUs: () => nowUs, sleep: async () => undefined };
  const spans = new Map<string, UnseenSpans>();
  const watch = {
    clock,
    log: { info: keep, warn: keep },
    signal: closing.signal,
    unseen: (span: UnseenSpan) => told.push(span),
    spans,
  };
  await following('pods', watch, async (choice) => {
    for await (const event of followKube(cluster, { apiVersion: 'v1', kind: 'Pod' }, choice))
      expect(event).toBe('none');
  });
  for (const each of spans.values()) each.end();
  return { told, logged };
}

it('tells the run from when to when pods were not followed, and the terminal once', async () => {
  const errors = [new Error('connect ECONNREFUSED'), new Error('connect ECONNREFUSED')];
  const message = 'pods were not followed: connect ECONNREFUSED';
  expect(await follow(errors)).toEqual({
    told: [
      { atUs: 0, message },
      { atUs: 0, untilUs: 2e6, message },
    ],
    logged: ['pods are not followed for the moment: connect ECONNREFUSED', 'pods are followed again'],
  });
});

it('tells the run that pods are not followed where nobody may ask for them', async () => {
  const message = 'pods were not followed: pods is forbidden';
  expect(await follow([], new KubeRefusal(403, 'Forbidden', 'pods is forbidden'))).toEqual({
    told: [
      { atUs: 0, message },
      { atUs: 0, untilUs: 0, message },
    ],
    logged: ['pods are not followed: pods is forbidden'],
  });
});

it('says nothing where a version of the list is too old to go on from', async () => {
  expect(await follow([new KubeRefusal(410, 'Expired', 'too old resource version')])).toEqual({ told: [], logged: [] });
});

it('tells the run where the cluster no longer answers at the end', async () => {
  const told = async (list: KubeCluster['list']) => {
    const heard: UnseenSpan[] = [];
    const watch: Pick<KubeCluster, 'list' | 'watch'> = { list, watch: async function* () {} };
    const { context } = testRun();
    let nowUs = 5e6;
    const spans = new Map([['pods', createUnseenSpans({ nowUs: () => nowUs }, (span) => heard.push(span))]]);
    nowUs = 7e6;
    const silence = await lastLook({}, { cluster: watch, log: context.log, spans });
    return { silence, last: heard.at(-1) };
  };
  expect(await told(async () => ({ items: [], resourceVersion: '1' }))).toEqual({});
  const silent = async () => {
    throw new Error('it did not answer in time');
  };
  expect(await told(silent)).toEqual({
    silence: 'it did not answer in time',
    last: { atUs: 5e6, untilUs: 7e6, message: 'pods could not be seen at the end: it did not answer in time' },
  });
});
