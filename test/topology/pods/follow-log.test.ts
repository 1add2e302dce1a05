/** Lines of a pod over the ends of streams. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { KubeLine, KubeLogChoice } from '../../../src/host/kube/cluster.ts';
import { followPodLog } from '../../../src/topology/pods/follow-log.ts';

const line = (seconds: string, text: string): KubeLine => ({ time: `2026-01-01T00:00:${seconds}Z`, text });

const silence = 'silence';

/**
 * Each stream gives these lines and ends, or says nothing more where silence stands; an error is thrown in its place. After the last the
 * following is ended. Time passes when all that is left is silence.
 */
async function followed(
  streams: readonly (readonly (KubeLine | typeof silence)[] | Error)[],
  from: 'now' | 'start' = 'start',
) {
  const asked: KubeLogChoice[] = [];
  const heard: string[] = [];
  const troubles: string[] = [];
  const pausesMs: number[] = [];
  const ended = new AbortController();
  let passes = () => {};
  const sleep = async (ms: number, signal?: AbortSignal) => {
    if (ms < 30_000) return void pausesMs.push(ms);
    await new Promise<void>((resolve, reject) => {
      passes = resolve;
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  };
  const cluster = {
    async *logs(_namespace: string, _pod: string, _container: string, choice: KubeLogChoice) {
      const { signal, ...rest } = choice;
      const stream = streams[asked.length];
      asked.push(rest);
      if (stream === undefined) ended.abort();
      else if (stream instanceof Error) throw stream;
      else
        for (const each of stream)
          if (each === silence) await untilGivenUp(signal);
          else yield each;
    },
  };
  /** Lets the time of a silence pass until nobody waits for lines any more. */
  const untilGivenUp = async (signal: AbortSignal | undefined) => {
    while (!signal?.aborted) {
      passes();
      await turn();
    }
    throw signal.reason;
  };
  const follower = {
    ...{ namespace: 'shop', pod: 'api', container: 'api', from },
    onLine: (text: string) => heard.push(text),
    onTrouble: (message: string) => troubles.push(message),
  };
  await followPodLog(cluster, follower, { sleep }, ended.signal);
  return { heard, asked, troubles, pausesMs };
}

it('a stream that ends goes on where it ended, and lines of its last second come once', async () => {
  const { heard, asked } = await followed([
    [line('01.5', 'a'), line('02.1', 'b'), line('02.25', 'b'), line('02.25', 'b')],
    [line('02.1', 'b'), line('02.25', 'b'), line('02.25', 'b'), line('02.3', 'c')],
  ]);
  expect(heard).toEqual(['a', 'b', 'b', 'b', 'c']);
  expect(asked[1]).toEqual({ follow: true, sinceTime: '2026-01-01T00:00:02.25Z' });
});

it('what was printed before it was looked at is not told', async () => {
  const { heard, asked } = await followed(
    [[line('05.25', 'last')], [line('05.2', 'old'), line('05.25', 'last'), line('05.3', 'new')]],
    'now',
  );
  expect(heard).toEqual(['new']);
  expect(asked.slice(0, 2)).toEqual([{ tailLines: 1 }, { follow: true, sinceTime: '2026-01-01T00:00:05.25Z' }]);
});

it('of one that had printed nothing everything is new', async () => {
  expect((await followed([[], [line('01', 'first')]], 'now')).heard).toEqual(['first']);
});

it('a refusal is told once, and again only when it is another', async () => {
  const { heard, troubles } = await followed([new Error('no'), new Error('no'), [line('01', 'a')], new Error('no')]);
  expect({ heard, troubles }).toEqual({ heard: ['a'], troubles: ['no', 'no'] });
});

it('one that has ended is asked less and less often, until it says something new', async () => {
  const last = [line('01', 'a')];
  const { pausesMs } = await followed([last, last, last, last, [...last, line('09', 'b')], last]);
  expect(pausesMs).toEqual([100, 200, 400, 800, 100, 200, 400]);
});

it('a stream that is silent is begun anew after a question that is answered whole, with what it had missed', async () => {
  const { heard, asked, troubles } = await followed([
    [line('01', 'a'), silence],
    [line('01', 'a'), line('02', 'b')],
    [line('02', 'b'), line('03', 'c')],
  ]);
  expect({ heard, troubles }).toEqual({ heard: ['a', 'b', 'c'], troubles: [] });
  expect(asked.slice(0, 3)).toEqual([
    { follow: true, sinceTime: undefined },
    { sinceTime: '2026-01-01T00:00:01Z' },
    { follow: true, sinceTime: '2026-01-01T00:00:02Z' },
  ]);
});

it('of a server that does not even begin to answer it is told, once, until it answers', async () => {
  const late = new Error('it did not answer in time');
  const { heard, asked, troubles } = await followed([[silence], late, late, [line('01', 'a')], [silence], late]);
  expect({ heard, troubles }).toEqual({ heard: ['a'], troubles: [late.message, late.message] });
  expect(asked.map(({ follow }) => follow === true)).toEqual([true, false, false, false, true, false, false]);
});
