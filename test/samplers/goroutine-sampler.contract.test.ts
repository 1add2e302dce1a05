import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { SamplerContext } from '../../src/model/contracts.ts';
import type { Sample } from '../../src/model/sample.ts';
import { goroutineSampler } from '../../src/samplers/goroutine-sampler.ts';
import { testRun } from '../helpers/run-context.ts';
import { bareTarget } from './manual-run.ts';

const profile = readFileSync(new URL('../fixtures/goruntime/go126-waits.pb.gz', import.meta.url));

/** Looks at a service that answers so until `enough`; the answer is all that was emitted. */
async function look(answer: RequestListener, enough: (samples: readonly Sample[]) => boolean): Promise<Sample[]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const samples: Sample[] = [];
  const context = {
    ...testRun().context,
    targets: [{ ...bareTarget('a'), pprofUrl }],
    steps: [],
    onLog: () => () => {},
    emit: (sample: Sample) => samples.push(sample),
  };
  const sampler = await goroutineSampler.open({ everyMs: 50 }, context);
  await vi.waitFor(() => expect(enough(samples)).toBe(true), { timeout: 50_000, interval: 10 });
  await sampler.close();
  server.closeAllConnections();
  server.close();
  return samples;
}

test('a profile becomes its largest groups, with the rest summed, and counts by reason; both make the total', async () => {
  const asked: string[] = [];
  const samples = await look(
    (request, response) => {
      asked.push(request.url ?? '');
      response.end(profile);
    },
    (found) => found.length >= 2,
  );
  const [stacks, reading] = samples;
  if (stacks?.kind !== 'stacks' || reading?.kind !== 'reading') throw new Error('a look is stacks and then a reading');
  expect(asked[0]).toBe('/debug/pprof/goroutine');
  expect(stacks.groups).toHaveLength(41);
  expect(stacks.groups.at(-1)).toMatchObject({ reason: 'other stacks', frames: [] });
  expect(stacks.groups.reduce((sum, { count }) => sum + count, 0)).toBe(stacks.total);
  const { 'goroutines.total': total, ...reasons } = reading.values;
  expect(total).toBe(stacks.total);
  expect(Object.values(reasons).reduce((sum, count) => sum + count)).toBe(total);
  expect(reasons).toMatchObject({
    'goroutines.waiting.sleep': 1,
    'goroutines.waiting.sync.Mutex.Lock': 1,
    'goroutines.syscall': 2,
    'goroutines.runnable': 1,
  });
});

test.each([
  ['an error answer', 404, 'Unknown profile\n', /answered 404: Unknown profile$/],
  ['something else than a profile', 200, '<html>', /^http:\S+\/goroutine answered what cannot be read: not a/],
])('%s is a gap that says so', async (_, status, body, message) => {
  const seenIn = (samples: readonly Sample[]) =>
    // A busy machine leaves out looks as well, and says so.
    samples.filter((one) => one.kind !== 'clock' && !(one.kind === 'gap' && one.message.startsWith('left out: ')));
  const samples = await look(
    (__, response) => response.writeHead(status).end(body),
    (found) => seenIn(found).length >= 2,
  );
  const seen = seenIn(samples);
  // Each look is a gap, and that no look was answered is a doubt at the end.
  const told = seen.flatMap((sample) =>
    'message' in sample && message.test(`${sample.message}`.replace(/^.* could never be seen: /, ''))
      ? sample.kind
      : 'other',
  );
  expect(new Set(told)).toEqual(new Set(['gap', 'doubt']));
});

test('a service that does not answer is asked once, not again and again', async () => {
  let asked = 0;
  const server = createServer(() => {
    asked += 1;
  }).listen(0, '127.0.0.1');
  const request = once(server, 'request');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const samples: Sample[] = [];
  const { context } = testRun();
  const emit = (sample: Sample) => samples.push(sample);
  const targets = [{ ...bareTarget('a'), pprofUrl }];
  const sampler = await goroutineSampler.open(
    { everyMs: 20 },
    { ...context, targets, steps: [], onLog: () => () => {}, emit },
  );
  await request;
  await sampler.close();
  server.closeAllConnections();
  server.close();
  expect({ asked, samples }).toEqual({ asked: 1, samples: [] });
});

/** What is asked for and emitted of leaked goroutines at the end of a run with a load, or other circumstances. */
async function lookForLeaks(answer: RequestListener, given: Partial<SamplerContext> = {}) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (!request.url?.includes('leak')) return void response.end(profile);
    asked.push(request.url);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pprofUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debug/pprof`;
  const samples: Sample[] = [];
  const { context } = testRun();
  const sampler = await goroutineSampler.open(
    { everyMs: 60_000 },
    {
      ...context,
      targets: [{ ...bareTarget('a'), pprofUrl }, bareTarget('b')],
      steps: [{ name: 'one', measure: true, startUs: 0, endUs: 1 }],
      observers: ['goroutines'],
      onLog: () => () => {},
      onLoad: () => () => {},
      emit: (sample) => samples.push(sample),
      ...given,
    },
  );
  await sampler.close();
  server.closeAllConnections();
  server.close();
  return { asked, found: samples.flatMap((sample) => (sample.kind === 'profile' ? [sample] : [])) };
}

test('after a load each target is asked once for its leaked goroutines, and the answer is kept', async () => {
  const { asked, found } = await lookForLeaks((_, response) => response.end(profile));
  expect(asked).toEqual(['/debug/pprof/goroutineleak']);
  expect(found).toMatchObject([{ target: 'a', type: 'goroutineleak', step: 0, outcome: 'ok' }]);
  expect(profile.equals(found[0]?.content ?? new Uint8Array())).toBe(true);
});

test('a service whose Go knows of no leaks is passed over, one that fails is told', async () => {
  const missing = await lookForLeaks((_, response) => response.writeHead(404).end('Unknown profile\n'));
  expect(missing).toEqual({ asked: ['/debug/pprof/goroutineleak'], found: [] });
  const failing = await lookForLeaks((_, response) => response.writeHead(500).end('no\n'));
  expect(failing.found).toMatchObject([{ outcome: 'failed', message: expect.stringMatching(/answered 500: no$/) }]);
});

test.each([
  ['without a load', { onLoad: undefined }],
  ['where profiles are taken, which look themselves', { observers: ['goroutines', 'profiles'] }],
  ['in a run that was interrupted', { signal: AbortSignal.abort() }],
])('%s nobody asks for leaked goroutines', async (_, given) => {
  const context = given as Partial<SamplerContext>;
  expect(await lookForLeaks((__, response) => response.end(profile), context)).toEqual({ asked: [], found: [] });
});
