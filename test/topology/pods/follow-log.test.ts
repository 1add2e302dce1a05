/** Lines of a pod over the ends of streams. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { KubeLine, KubeLogChoice } from '../../../src/host/kube/cluster.ts';
import { PodLog } from '../../../src/topology/pods/follow-log.ts';
import type { UnseenSpan } from '../../../src/topology/pods/unseen-span.ts';
import { handClock } from '../../helpers/hand-clock.ts';

const line = (seconds: string, text: string): KubeLine => ({ time: `2026-01-01T00:00:${seconds}Z`, text });

const originUs = Date.parse('2026-01-01T00:00:00Z') * 1000;
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
  const lost: UnseenSpan[] = [];
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
    date: (stamp: string) => Date.parse(stamp) * 1000 - originUs,
    onLine: (text: string) => heard.push(text),
    onTrouble: (message: string) => troubles.push(message),
    onLost: (span: UnseenSpan) => lost.push(span),
  };
  await new PodLog(cluster, follower, { sleep, nowUs: () => 60e6 }, ended.signal).over;
  return { heard, asked, troubles, pausesMs, lost };
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

const torn =
  'lines may be missing: its log no longer has the last line that was read: it was rotated, or the container began anew';

it('tells of the time of which lines may be missing where its log no longer has the last one', async () => {
  const { heard, lost } = await followed([[line('01', 'a'), silence], [], [line('05', 'c'), line('06', 'd')]]);
  expect({ heard, lost }).toEqual({ heard: ['a', 'c', 'd'], lost: [{ atUs: 1e6, untilUs: 5e6, message: torn }] });
});

it('tells of none where it has, where nothing was read yet, and where a container ended in the midst of a stream', async () => {
  const late = new Error('gone');
  expect(
    (await followed([[line('01', 'a'), silence], [line('01', 'a')], [line('01', 'a'), line('05', 'b')]])).lost,
  ).toEqual([]);
  expect((await followed([late, [line('05', 'a')]])).lost).toEqual([]);
  expect((await followed([[line('01', 'a')], [line('05', 'b')]])).lost).toEqual([]);
});

/** Prints a line, at 1 s, and is then silent; at 11 s it is looked at for the last time, and all that was said by 20 s is given. */
async function lookedAtLast(answer: readonly KubeLine[] | Error | typeof silence, away?: string) {
  const clock = handClock();
  const asked: KubeLogChoice[] = [];
  const heard: string[] = [];
  const lost: UnseenSpan[] = [];
  const logs = async function* (_namespace: string, _pod: string, _container: string, choice: KubeLogChoice) {
    const { signal, ...rest } = choice;
    asked.push(rest);
    const said = [[line('01', 'a')], answer][asked.length - 1] ?? [];
    if (said instanceof Error) throw said;
    if (said !== silence) yield* said;
    if (asked.length === 2 && said !== silence) return;
    await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  const ended = new AbortController();
  const log = new PodLog(
    { logs },
    {
      ...{ namespace: 'shop', pod: 'api', container: 'api', from: 'start' },
      date: (stamp) => Date.parse(stamp) * 1000 - originUs,
      onLine: (text, atUs) => heard.push(`${text} ${atUs / 1e6}`),
      onTrouble: () => {},
      onLost: (span) => lost.push(span),
    },
    clock,
    ended.signal,
  );
  onTestFinished(() => ended.abort());
  await clock.pass(11_000);
  const looked = log.lastLook(away);
  await clock.pass(9000);
  await looked;
  return {
    heard,
    lost: lost.map(({ atUs, untilUs = 0, message }) => `${atUs / 1e6} to ${untilUs / 1e6}: ${message}`),
    asked,
  };
}

it('asks a silent one once more at the end, and has all that was printed', async () => {
  const { heard, lost, asked } = await lookedAtLast([line('01', 'a'), line('03', 'b')]);
  expect({ heard, lost }).toEqual({ heard: ['a 1', 'b 3'], lost: [] });
  expect(asked[1]).toEqual({ sinceTime: '2026-01-01T00:00:01Z' });
});

it.each([
  [silence, '1 to 16: lines may be missing: no answer came at the end'],
  [new Error('it is gone'), '1 to 11: lines may be missing: it is gone'],
  [[], `1 to 11: ${torn}`],
] as const)('tells at the end what it cannot know of where it is answered %j', async (answer, told) => {
  expect(await lookedAtLast(answer)).toMatchObject({ heard: ['a 1'], lost: [told] });
});

it('does not ask at the end what does not answer', async () => {
  const { lost, asked } = await lookedAtLast([line('03', 'b')], 'the cluster is away');
  expect(lost).toEqual(['1 to 11: lines may be missing: the cluster is away']);
  expect(asked).toHaveLength(1);
});
