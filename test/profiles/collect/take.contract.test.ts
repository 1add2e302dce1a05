/** One try to take a profile, from a server that answers as the test says. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { inflateProfile } from '../../../src/goruntime/profile/inflate.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { createHttpGetter } from '../../../src/host/http.ts';
import type { NewProfile } from '../../../src/model/profile-store.ts';
import { takeOne } from '../../../src/profiles/collect/take.ts';
import type { PlannedTarget, PlannedType } from '../../../src/profiles/collect/target-plan.ts';

const goroutines = readFileSync(join(import.meta.dirname, '../../fixtures/goruntime/go126-waits.pb.gz'));
const getter = createHttpGetter({ keepAlive: false });
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function taking(
  answer: RequestListener,
  {
    type = 'goroutine',
    seconds = 0,
    graceMs = 5000,
    maxBytes = 1_000_000,
    keep = async (_: NewProfile) => {},
    signal = new AbortController().signal,
  } = {},
) {
  const kept: NewProfile[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const planned = { type, url: `${root}/debug/pprof/${type}`, seconds, intervalMs: 60_000 } as PlannedType;
  const target: PlannedTarget = {
    ...{ id: 'web-1', url: `${root}/debug/pprof`, service: 'web', how: '', discovery: '', processKeys: [], types: [] },
    labels: { instance: 'web-1', env: 'prod' },
  };
  const sink = {
    name: 'test',
    close: async () => {},
    keep: async (profile: NewProfile) => {
      await keep(profile);
      kept.push(profile);
    },
  };
  const taken = await takeOne(
    target,
    planned,
    seconds,
    { getter, sink, maxBytes, graceMs, nowMs: () => 1_700_000_000_000 },
    signal,
  );
  return { taken, kept, asked };
}

describe('a profile', () => {
  it('is kept as it was sent, with its own time and the labels of its target', async () => {
    const { taken, kept, asked } = await taking((_, response) => response.end(goroutines));
    expect(taken).toEqual({ outcome: 'ok', bytes: goroutines.length });
    expect(asked).toEqual(['/debug/pprof/goroutine']);
    const [profile] = kept;
    expect(Buffer.from(profile?.content ?? [])).toEqual(goroutines);
    const { timeNanos } = decodeProfile(await inflateProfile(new Uint8Array(goroutines), 1e8));
    expect(profile).toMatchObject({ service: 'web', type: 'goroutine', createdNs: timeNanos });
    expect(profile?.labels).toEqual([
      { key: 'env', value: 'prod' },
      { key: 'instance', value: 'web-1' },
    ]);
  });

  it('of a stretch of time asks for its seconds, and says that it is a difference', async () => {
    const { kept, asked } = await taking((_, response) => response.end(goroutines), { seconds: 3 });
    expect(asked).toEqual(['/debug/pprof/goroutine?seconds=3']);
    expect(kept[0]?.labels).toContainEqual({ key: 'delta', value: '3s' });
    expect(kept[0]?.durationNs).toBe(3_000_000_000n);
  });

  it('without samples is a fact, and is not kept', async () => {
    const whole = decodeProfile(await inflateProfile(new Uint8Array(goroutines), 1e8));
    const mutex = { ...whole, samples: [], periodType: { type: 'contentions', unit: 'count' } };
    const { taken, kept } = await taking((_, response) => response.end(encodeProfile(mutex)), { type: 'mutex' });
    expect(taken).toMatchObject({ outcome: 'empty', message: expect.stringMatching(/rate is probably not enabled/) });
    expect(kept).toEqual([]);
  });

  it('that the store does not take is not kept, and says why', async () => {
    const { taken } = await taking((_, response) => response.end(goroutines), {
      keep: async () => {
        throw new Error('no space left on device');
      },
    });
    expect(taken).toEqual({ outcome: 'not kept', message: 'no space left on device', bytes: goroutines.length });
  });
});

describe('what is no profile', () => {
  it.each<[string, RequestListener, string, RegExp]>([
    [
      'nothing of the kind',
      (_, response) => response.writeHead(404).end('Unknown profile\n'),
      'absent',
      /answered 404: Unknown profile/,
    ],
    [
      'another profiler',
      (_, response) => response.writeHead(500).end('Could not enable CPU profiling: cpu profiling already in use\n'),
      'busy',
      /already in use/,
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://example.org/' }).end(),
      'failed',
      /redirects to http:\/\/example.org\/, where it is not followed/,
    ],
    [
      'a page to log in',
      (_, response) => response.setHeader('content-type', 'text/html').end('<html>'),
      'failed',
      /page of HTML/,
    ],
    ['text', (_, response) => response.end('hello'), 'failed', /answered/],
    ['nothing', (_, response) => response.end(), 'failed', /empty/],
    [
      'half of it',
      (_, response) => response.end(goroutines.subarray(0, goroutines.length / 2)),
      'failed',
      /not a whole profile/,
    ],
    ['a flood', (_, response) => response.end(Buffer.alloc(2_000_000)), 'failed', /more than 1000000 bytes/],
    ['no answer', (request) => request.socket.destroy(), 'unreachable', /hang up/],
  ])('%s is told as what it is', async (_, answer, outcome, message) => {
    const { taken, kept } = await taking(answer);
    expect(taken).toMatchObject({ outcome, message: expect.stringMatching(message) });
    expect(kept).toEqual([]);
  });

  it('a profile of another type is none of this one', async () => {
    const { taken } = await taking((_, response) => response.end(goroutines), { type: 'heap' });
    expect(taken).toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(/goroutine\/count, and not of space\/bytes/),
    });
  });

  it('silence times out after the seconds and the grace', async () => {
    const { taken } = await taking(() => undefined, { type: 'cpu', seconds: 1, graceMs: 100 });
    expect(taken).toMatchObject({ outcome: 'timed out', message: 'no answer within 1.1s' });
  });
});

it('a try that is ended closes its connection, by which the target ends its profile', async () => {
  const ending = new AbortController();
  let isClosed = false;
  const tried = taking(
    (request) => {
      request.socket.on('close', () => {
        isClosed = true;
      });
      ending.abort();
    },
    { type: 'cpu', seconds: 30, signal: ending.signal },
  );
  expect((await tried).taken).toBeUndefined();
  await expect.poll(() => isClosed).toBe(true);
});
