import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createStreams } from '../../../src/host/kube/streams.ts';
import type { KubeTransport } from '../../../src/host/kube/transport.ts';

const event = { type: 'ADDED', object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } } };

/** Watches a server that says what it is given and then nothing; `asked` is what it was asked for. */
function watched(said: readonly string[], { isAnswered = true, ends = false } = {}) {
  let asked = '';
  let forgot = 0;
  const transport = {
    forgetIdle: () => {
      forgot += 1;
    },
    open: async ({ path, signal }: { path: string; signal?: AbortSignal }) => {
      asked = path;
      const silence = () =>
        new Promise<never>((_resolve, reject) => {
          const end = () => reject(new Error('aborted'));
          if (signal?.aborted) end();
          signal?.addEventListener('abort', end);
        });
      if (!isAnswered) return await silence();
      const body = Readable.from(
        (async function* () {
          yield* said.map((line) => Buffer.from(line));
          if (!ends) await silence();
        })(),
      );
      return Object.assign(body, { statusCode: 200 });
    },
  } as unknown as KubeTransport;
  const served = async () => ({ plural: 'pods', isNamespaced: true });
  const limits = { timeoutS: 0.02, graceMs: 30, linesMs: 50 };
  const streams = createStreams(transport, served, { server: 'https://c', context: 'c' }, limits);
  const stop = new AbortController();
  const names: string[] = [];
  const watch = async () => {
    const choice = { resourceVersion: '1', signal: stop.signal };
    for await (const { object } of streams.watch({ apiVersion: 'v1', kind: 'Pod' }, choice))
      names.push(object.metadata.name);
    return names;
  };
  const logs = async (follow: boolean) => {
    const texts: string[] = [];
    for await (const { text } of streams.logs('shop', 'api', 'main', { follow, signal: stop.signal })) texts.push(text);
    return texts;
  };
  return { watch, logs, names, stop, asked: () => asked, forgot: () => forgot };
}

it.each([
  ['that says nothing more', watched([`${JSON.stringify(event)}\n`]), ['a']],
  ['that does not even begin to answer', watched([], { isAnswered: false }), []],
])(
  'a watch of a server %s is broken off soon after it should have ended',
  async (_, { watch, names, asked, forgot }, seen) => {
    await expect(watch()).rejects.toMatchObject({
      code: 'kube-unreachable',
      message: expect.stringContaining('it did not answer in time'),
    });
    expect(names).toEqual(seen);
    expect(forgot()).toBe(1);
    expect(asked()).toContain('timeoutSeconds=0.02');
  },
);

it('a watch that the server ends is over without an error', async () => {
  expect(await watched([`${JSON.stringify(event)}\n`], { ends: true }).watch()).toEqual(['a']);
});

it.each([
  ['that does not end', watched(['2026-01-01T00:00:00Z a\n'])],
  ['that does not even begin', watched([], { isAnswered: false })],
])('lines that are not followed are broken off at an answer %s', async (_, { logs }) => {
  await expect(logs(false)).rejects.toMatchObject({
    code: 'kube-unreachable',
    message: expect.stringMatching(/read the log of Pod shop\/api: it did not answer in time/),
  });
});

it('lines that are followed may be silent until they are no longer wanted', async () => {
  const { logs, stop } = watched(['2026-01-01T00:00:00Z a\n']);
  const followed = logs(true).catch((error: Error) => error.message);
  // The limit of those that are not followed is over by then.
  await expect(watched([]).logs(false)).rejects.toThrow('in time');
  stop.abort(new Error('interrupted'));
  expect(await followed).toBe('interrupted');
});

it('a watch that is no longer wanted ends with the reason for that', async () => {
  const { watch, stop } = watched([]);
  const over = watch();
  stop.abort(new Error('interrupted'));
  await expect(over).rejects.toThrow('interrupted');
});
