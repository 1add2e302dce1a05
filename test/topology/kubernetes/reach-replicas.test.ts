/** Load waits for the port that it is sent to, wherever that comes to listen. */
import { expect, it } from 'vitest';
import { replicaCheck, type StartParts } from '../../../src/topology/kubernetes/await-start.ts';
import type { Reached, ReachParts } from '../../../src/topology/kubernetes/reach.ts';
import { createReach } from '../../../src/topology/kubernetes/reach-replicas.ts';
import { createReplica } from '../../../src/topology/kubernetes/replica.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';
import { pod } from '../pods/pods.ts';

const workload = {
  service: 'api',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' } },
  hints: {},
  ports: [],
  replicas: 1,
  isOneShot: false,
  after: [],
} satisfies RunWorkload;

const { signal } = new AbortController();
const refuses = (at: string): Reached => ({ ...takes(at), refusedAt: at });
const takes = (at: string): Reached => ({
  isStraight: true,
  refusedAt: undefined,
  ports: { '80': `http://${at}` },
  pprofUrl: undefined,
  metricsUrl: undefined,
});

/** A replica in a pod that is ready, and what the looks for its addresses find, one after the other; `wanted` are the ports asked for. */
async function started(finds: readonly Reached[], loadTo = 'api') {
  const wanted: unknown[] = [];
  const replica = createReplica(workload, 1, {});
  replica.moveTo(pod({ status: { conditions: [{ type: 'Ready', status: 'True' }] } }));
  const reach = createReach({ loadTo, loadPort: 80 }, {} as ReachParts, async (_workload, _number, _pod, port) => {
    wanted.push(port);
    const found = finds[wanted.length - 1];
    if (!found) throw new Error('nobody asked for so many looks');
    return found;
  });
  await reach.look(replica);
  replica.isAway(false);
  const parts = { reach, pods: { lastSaid: () => undefined }, events: { lastLines: () => [] } };
  const ask = (isForLoad = true) => replicaCheck(replica, parts as unknown as StartParts, isForLoad).ask(signal);
  return { reach, replica, wanted, ask };
}

it('a pod that listens already is looked at once', async () => {
  const { ask, wanted } = await started([takes('10.0.0.1:80')]);
  expect(await ask()).toEqual({ isReady: true });
  expect(wanted).toEqual([80]);
});

it('one that refuses is looked at again, and reached where it then listens', async () => {
  const { ask, replica } = await started([refuses('10.0.0.1:80'), refuses('10.0.0.1:80'), takes('127.0.0.1:80')]);
  expect(await ask()).toEqual({
    isReady: false,
    said: expect.stringMatching(/^pod \S+ runs, but 10\.0\.0\.1:80, where load is to go, refuses connections: /),
  });
  expect(await ask()).toEqual({ isReady: true });
  expect(replica.target.ports).toEqual({ '80': 'http://127.0.0.1:80' });
});

it('services that wait for it do not wait for its port', async () => {
  const { ask } = await started([refuses('10.0.0.1:80')]);
  expect(await ask(false)).toEqual({ isReady: true });
});

it('one that no load is sent to may listen when it likes', async () => {
  const { ask, wanted } = await started([takes('10.0.0.1:80')], 'web');
  expect(await ask()).toEqual({ isReady: true });
  expect(wanted).toEqual([undefined]);
});

it('what is found of a pod that has gone meanwhile is not kept', async () => {
  const replica = createReplica(workload, 1, {});
  replica.moveTo(pod({ metadata: { uid: 'a' } }));
  const reach = createReach({ loadTo: 'api', loadPort: 80 }, {} as ReachParts, async () => {
    replica.moveTo(pod({ metadata: { uid: 'b' } }));
    return refuses('10.0.0.1:80');
  });
  await reach.look(replica);
  expect(replica.target.ports).toEqual({});
  expect(await reach.takesLoad(replica)).toEqual({ isReady: true });
});

it('one for which another program answers is looked at again, until it does so itself', async () => {
  const replica = createReplica(workload, 1, {});
  replica.moveTo(pod({ spec: { hostNetwork: true } }));
  const answers = ['10.0.0.7:80 is answered by nginx (pid 7)', undefined];
  const reach = createReach(
    { loadTo: 'api', loadPort: 80 },
    {} as ReachParts,
    async () => takes('10.0.0.7:80'),
    (found) => ({ ...found, takenBy: answers[0], unseenAt: answers.shift() === undefined ? '10.0.0.7:80' : undefined }),
  );
  await reach.look(replica);
  expect([...reach.unseenAt]).toEqual([]);
  answers.unshift('10.0.0.7:80 is answered by nginx (pid 7)');
  expect(await reach.takesLoad(replica)).toEqual({
    isReady: false,
    said: expect.stringMatching(
      /^pod \S+ runs, but 10\.0\.0\.7:80 is answered by nginx \(pid 7\), which is not in it: /,
    ),
  });
  expect(await reach.takesLoad(replica)).toEqual({ isReady: true });
  expect([...reach.unseenAt]).toEqual([['api-1', '10.0.0.7:80']]);
});
