/** Following objects over ends, troubles and versions that are too old. */
import { expect, it } from 'vitest';
import type { KubeEvent, KubeObject } from '../../../src/host/kube/cluster.ts';
import { KubeRefusal } from '../../../src/host/kube/failures.ts';
import { followKube } from '../../../src/host/kube/follow.ts';

const object = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: `uid-${name}`, resourceVersion },
});

type Answer = readonly KubeObject[] | Error;

/** Answers each list and each watch in turn, then stops whoever follows. */
async function followed(lists: readonly Answer[], watches: readonly (readonly KubeEvent[] | Error)[]) {
  const stop = new AbortController();
  const troubles: string[] = [];
  const known: string[] = [];
  const pausesMs: number[] = [];
  let listed = 0;
  let watched = 0;
  const cluster = {
    list: async () => {
      const answer = lists[listed++];
      if (answer instanceof Error) throw answer;
      if (!answer) stop.abort();
      return { items: answer ?? [], resourceVersion: '1' };
    },
    watch: async function* () {
      const answer = watches[watched++] ?? [];
      if (answer instanceof Error) throw answer;
      yield* answer;
    },
  };
  const seen: string[] = [];
  const choice = {
    signal: stop.signal,
    sleep: async (ms: number) => {
      pausesMs.push(ms);
    },
    onTrouble: (message: string) => troubles.push(message),
    onKnown: (by: string) => known.push(by),
  };
  for await (const { type, object } of followKube(cluster, { apiVersion: 'v1', kind: 'Pod' }, choice))
    if (!stop.signal.aborted) seen.push(`${type} ${object.metadata.name} ${object.metadata.resourceVersion}`);
  return { seen, troubles, pausesMs, known };
}

it('tells what went and what changed while nobody looked', async () => {
  const { seen } = await followed(
    [
      [object('a', '1'), object('b', '2')],
      [object('b', '3'), object('c', '4')],
    ],
    [],
  );
  expect(seen).toEqual(['ADDED a 1', 'ADDED b 2', 'DELETED a 1', 'MODIFIED b 3', 'ADDED c 4']);
});

it('tells nothing twice of what stayed as it was', async () => {
  const { seen } = await followed([[object('a', '1')], [object('a', '1')]], []);
  expect(seen).toEqual(['ADDED a 1']);
});

it('lists anew where its version is too old, without a word', async () => {
  const { seen, troubles } = await followed(
    [[object('a', '1')], [object('a', '2')]],
    [new KubeRefusal(410, 'Expired', 'too old')],
  );
  expect({ seen, troubles }).toEqual({ seen: ['ADDED a 1', 'MODIFIED a 2'], troubles: [] });
});

it('says of each question that the cluster does not answer it, and goes on when it does', async () => {
  const { seen, troubles } = await followed(
    [[object('a', '1')], new Error('gone'), new Error('gone'), [object('a', '2')]],
    [new Error('cut off')],
  );
  expect({ seen, troubles }).toEqual({ seen: ['ADDED a 1', 'MODIFIED a 2'], troubles: ['cut off', 'gone', 'gone'] });
});

it.each([401, 403, 404])('fails where its first question is refused with %d', async (status) => {
  const refusal = new KubeRefusal(status, '', 'refused');
  await expect(followed([refusal], [])).rejects.toBe(refusal);
});

it.each([new Error('connect ECONNREFUSED'), new KubeRefusal(503, '', 'busy'), new KubeRefusal(429, '', 'busy')])(
  'asks again where its first question is not answered: %s',
  async (error) => {
    const { seen, troubles } = await followed([error, [object('a', '1')]], []);
    expect({ seen, troubles }).toEqual({ seen: ['ADDED a 1'], troubles: [error.message] });
  },
);

it('fails where it may list and not watch, which no asking again mends', async () => {
  const lists = [[object('a', '1')], [object('a', '1')]];
  const refusal = new KubeRefusal(403, 'Forbidden', 'may not watch');
  await expect(followed(lists, [refusal])).rejects.toBe(refusal);
});

it('asks ever more rarely where watches break off, however often lists are answered', async () => {
  const list = [object('a', '1')];
  const cut = new Error('cut off');
  const { troubles, pausesMs, known } = await followed([list, list, list, list], [cut, cut, cut, cut]);
  expect(troubles).toEqual(['cut off', 'cut off', 'cut off', 'cut off']);
  expect(new Set(known.slice(0, 4))).toEqual(new Set(['list']));
  expect(pausesMs.slice(0, 4)).toEqual([200, 400, 800, 1600]);
});

it('does not ask without a pause where each watch ends at once', async () => {
  const { pausesMs } = await followed([[object('a', '1')], [object('a', '1')]], [[], []]);
  expect(pausesMs.every((ms) => ms >= 100)).toBe(true);
  expect(pausesMs.length).toBeGreaterThanOrEqual(2);
});

it('says when all is known: by a list, by each change after it, and by the end of a watch', async () => {
  const change: KubeEvent = { type: 'MODIFIED', object: object('a', '2') };
  const { known } = await followed([[object('a', '1')]], [[change, change]]);
  expect(known.slice(0, 4)).toEqual(['list', 'watch', 'watch', 'watch']);
});
