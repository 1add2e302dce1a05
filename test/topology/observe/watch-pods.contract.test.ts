/** Pods that are only looked at: where a replica goes on. */
import { expect, it, onTestFinished } from 'vitest';
import type { TargetChange } from '../../../src/model/topology.ts';
import { watchPods } from '../../../src/topology/observe/watch-pods.ts';
import { readPod } from '../../../src/topology/pods/pod-state.ts';
import { testRun } from '../../helpers/run-context.ts';
import { ended, evicted, podNamed, toldPods } from '../pods/told-pods.ts';

it('goes on in another pod where one was evicted, which stays as an object', async () => {
  const first = podNamed('a');
  const pod = readPod(first);
  if (!pod) throw new Error('no pod was read');
  const { cluster, say } = toldPods([first]);
  const live = { id: 'api', service: 'api', ports: {}, isAway: false };
  const proxy = { urlOf: () => 'http://127.0.0.1:1', close: async () => {} };
  const told: string[] = [];
  const events = {
    line: () => undefined,
    change: ({ event, target, message }: TargetChange) => told.push(`${event} ${target}: ${message}`),
  };
  const choice = { namespace: 'shop' };
  const watch = watchPods(
    { cluster, choice, proxy, replicas: {}, observed: [{ live, pod }] },
    events,
    testRun().context,
  );
  onTestFinished(() => watch.close());
  say('MODIFIED', podNamed('a', evicted, ended, false));
  await expect.poll(() => live.isAway).toBe(true);
  say('ADDED', podNamed('b'));
  await expect.poll(() => live.isAway).toBe(false);
  expect(told).toEqual([
    'exit api: pod a was evicted by node node-1: The node was low on resource: memory.',
    'restart api: goes on in pod b on node node-1',
  ]);
});
