/** Which replica each pod of a run is. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';
import { RunPods, type RunPodsParts } from '../../../src/topology/kubernetes/run-pods.ts';
import { createLiveEvents } from '../../../src/topology/liveness/live-events.ts';
import { testRun } from '../../helpers/run-context.ts';
import { ended, evicted, podNamed, toldPods } from '../pods/told-pods.ts';

const api = {
  service: 'api',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' } },
  hints: {},
  ports: [],
  replicas: 1,
  isOneShot: false,
  after: [],
} satisfies RunWorkload;

/** Follows the pods of one service of one replica; `told` are the events of its target. */
function follow(onReady: RunPodsParts['onReady'] = async () => undefined) {
  const { context } = testRun();
  const { cluster, say } = toldPods();
  const events = createLiveEvents();
  const told: string[] = [];
  events.onChange(({ event, target, message }) => told.push(`${event} ${target}: ${message}`));
  const parts = {
    cluster,
    place: {},
    namespace: 'shop',
    labels: '',
    workloads: [api],
    most: {},
    events,
    context,
    onReady,
  };
  const pods = new RunPods(parts);
  onTestFinished(() => pods.close());
  const isAway = () => pods.replicas[0]?.target.isAway;
  return { pods, told, say, isAway, cluster };
}

it('goes on in another pod where one was evicted, which stays as an object', async () => {
  const { pods, told, say, isAway } = follow();
  say('ADDED', podNamed('a'));
  await expect.poll(isAway).toBe(false);
  pods.standing();
  say('MODIFIED', podNamed('a', evicted, ended, false));
  await expect.poll(isAway).toBe(true);
  say('ADDED', podNamed('b'));
  await expect.poll(isAway).toBe(false);
  expect(pods.replicas.map(({ pod }) => pod)).toEqual(['b']);
  say('DELETED', podNamed('a', evicted, ended, false));
  say('MODIFIED', podNamed('b', {}, undefined, false));
  await expect.poll(() => told.length).toBe(3);
  expect(told).toEqual([
    'exit api-1: pod a was evicted by node node-1: The node was low on resource: memory.',
    'restart api-1: goes on in pod b on node node-1',
    'note api-1: pod b is no longer ready: its readiness probe fails',
  ]);
});

it('is not there where it ended while its addresses were looked for', async () => {
  let found = () => {};
  let looks = 0;
  const { say, isAway, pods } = follow(async () => {
    looks += 1;
    if (looks > 1) return;
    await new Promise<void>((resolve) => {
      found = resolve;
    });
  });
  say('ADDED', podNamed('a'));
  await expect.poll(() => looks).toBe(1);
  say('MODIFIED', podNamed('a', {}, ended, false));
  await expect.poll(() => pods.replicas[0]?.state()?.isReady).toBe(false);
  found();
  await turn();
  expect(isAway()).toBe(true);
  say('MODIFIED', podNamed('a'));
  await expect.poll(isAway).toBe(false);
});

it('tells at the end what has gone unseen where the cluster no longer answers', async () => {
  const { pods, told, say, isAway, cluster } = follow();
  say('ADDED', podNamed('a'));
  await expect.poll(isAway).toBe(false);
  pods.standing();
  cluster.list = async () => {
    throw new Error('it is away');
  };
  await pods.lastLook();
  expect(told).toEqual([
    ...['pods', 'events of pods', 'nodes'].flatMap((what) => {
      const message = `unseen all: ${what} could not be seen at the end: it is away`;
      return [message, message];
    }),
    'unseen api-1: lines may be missing: it is away',
  ]);
});
