// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wallMs } from '../../../src/host/clock.ts';
import { chooser } from '../../../src/load/requests/choice.ts';
import { openRequestSource } from '../../../src/load/requests/source.ts';
import { sharedOut } from '../../../src/load/workers/share-out.ts';
import type { LoadPlan } from '../../../src/model/load.ts';
import { seededUniform } from '../../../src/model/random.ts';
import { plainRequest, planFor } from '../load-run.ts';

it('hands out one and the same request when there is only one', async () => {
  const next = await openRequestSource(planFor(80), wallMs);
  expect(next()).toBe(next());
  expect(next().label).toBe('');
});

it('chooses in proportion to the weights', () => {
  const next = chooser(
    [
      { weight: 3, value: 'a' },
      { weight: 0.5, value: 'b' },
      { weight: 1.5, value: 'c' },
    ],
    seededUniform(1),
  );
  const counts = { a: 0, b: 0, c: 0 };
  for (let round = 0; round < 10_000; round++) counts[next() as keyof typeof counts]++;
  // Four standard deviations of the binomial are below 0.02 for each share.
  expect(Math.abs(counts.a / 10_000 - 0.6)).toBeLessThan(0.02);
  expect(Math.abs(counts.b / 10_000 - 0.1)).toBeLessThan(0.02);
});

describe('with files', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rampart-requests-'));
    await writeFile(join(folder, 'body.bin'), Buffer.from([0, 255, 10]));
    await writeFile(join(folder, 'order.json'), '{"user":${user.id}}');
    await writeFile(join(folder, 'users.csv'), 'id,name\n1,Ann\n2,Zoë Lee\n3,Bob\n');
    await writeFile(join(folder, 'items.json'), '[{"id":"a"},{"id":"b"}]');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const feeder = (name: string, order: 'sequential' | 'random' = 'sequential') => ({
    file: join(folder, name),
    format: name.endsWith('.csv') ? ('csv' as const) : ('json' as const),
    order,
  });

  /** The first `count` requests of a plan, as text. */
  async function texts(plan: Partial<LoadPlan>, count: number): Promise<string[]> {
    const next = await openRequestSource(planFor(80, plan), wallMs);
    return Array.from({ length: count }, () => next().bytes.toString());
  }

  const firstLines = (requests: readonly string[]) => requests.map((text) => text.slice(0, text.indexOf(' HTTP')));

  it('sends a body file byte for byte', async () => {
    const request = { ...plainRequest, method: 'PUT', bodyFile: join(folder, 'body.bin') };
    const next = await openRequestSource(planFor(80, { requests: [request] }), wallMs);
    const { bytes } = next();
    expect(bytes.subarray(-3)).toEqual(Buffer.from([0, 255, 10]));
    expect(bytes.toString('latin1')).toContain('\r\nContent-Length: 3\r\n');
  });

  it('sends a body file that is no text byte for byte, with feeders as well', async () => {
    const request = { ...plainRequest, method: 'PUT', bodyFile: join(folder, 'body.bin') };
    const plan = planFor(80, { requests: [request], feeders: { user: feeder('users.csv') } });
    const { bytes } = (await openRequestSource(plan, wallMs))();
    expect(bytes.subarray(-3)).toEqual(Buffer.from([0, 255, 10]));
  });

  it.each([
    ['/café/東?q=ü&x=%20+', '/caf%C3%A9/%E6%9D%B1?q=%C3%BC&x=%20+'],
    ['/a%2Fb%ZZ?x=[1]&y={z}|^"<>`\\', '/a%2Fb%ZZ?x=[1]&y={z}|^"<>`\\'],
    ['/\u00a0\u{1f600}', '/%C2%A0%F0%9F%98%80'],
    ['/$${x}/${x}', '/${x}/${x}'],
  ])('sends the path %s percent-encoded where it is not ASCII', async (path, sent) => {
    const [text] = await texts({ requests: [{ ...plainRequest, path }] }, 1);
    expect(text?.split(' ')[1]).toBe(sent);
  });

  it('takes rows in turn and starts again, one row for all places of a request', async () => {
    const request = {
      ...plainRequest,
      path: '/u/${user.name}',
      headers: { 'X-Id': '${user.id}' },
      method: 'POST',
      body: '{"name":"${user.name}"}',
    };
    const requests = await texts({ requests: [request], feeders: { user: feeder('users.csv') } }, 5);
    expect(firstLines(requests)).toEqual(
      ['Ann', 'Zo%C3%AB%20Lee', 'Bob', 'Ann', 'Zo%C3%AB%20Lee'].map((n) => `POST /u/${n}`),
    );
    expect(requests[1]).toContain('\r\nX-Id: 2\r\nContent-Length: 19\r\n\r\n{"name":"Zoë Lee"}');
  });

  it('fills a body file where there are feeders', async () => {
    const request = { ...plainRequest, method: 'POST', bodyFile: join(folder, 'order.json') };
    const [text] = await texts({ requests: [request], feeders: { user: feeder('users.csv') } }, 1);
    expect(text).toContain('\r\n\r\n{"user":1}');
  });

  it('takes rows of several feeders, each at its own pace', async () => {
    const requests = [{ ...plainRequest, path: '/${user.id}/${item.id}' }];
    const feeders = { user: feeder('users.csv'), item: feeder('items.json'), unused: feeder('items.json') };
    expect(firstLines(await texts({ requests, feeders }, 4))).toEqual(['GET /1/a', 'GET /2/b', 'GET /3/a', 'GET /1/b']);
  });

  it('shares a feeder between requests', async () => {
    const requests = [
      { ...plainRequest, name: 'a', path: '/a/${user.id}' },
      { ...plainRequest, name: 'b', path: '/b/${user.id}' },
    ];
    const lines = firstLines(await texts({ requests, feeders: { user: feeder('users.csv') } }, 6));
    expect(lines.map((line) => line.at(-1))).toEqual(['1', '2', '3', '1', '2', '3']);
    expect(new Set(lines.map((line) => line.slice(0, 6)))).toEqual(new Set(['GET /a', 'GET /b']));
  });

  it('gives an arrival the same request however many workers share the load out', async () => {
    const requests = [
      { ...plainRequest, name: 'a', weight: 2, path: '/a/${user.id}/${item.id}' },
      { ...plainRequest, name: 'b', path: '/b/${user.id}' },
      { ...plainRequest, name: 'c', path: '/c' },
    ];
    const plan = { requests, feeders: { user: feeder('users.csv', 'random'), item: feeder('items.json') } };
    const all = await texts(plan, 60);
    for (const { share } of sharedOut(planFor(80), 3)) {
      expect(await texts({ ...plan, share }, 20)).toEqual(all.filter((_, index) => index % 3 === share?.index));
    }
  });

  it('gives recorded arrivals the requests of the recording, and the others one by weight, with any number of workers', async () => {
    const requests = [
      { ...plainRequest, name: 'a', path: '/a/${user.id}' },
      { ...plainRequest, name: 'b', path: '/b' },
    ];
    const plan = { requests, feeders: { user: feeder('users.csv') } };
    const recorded = Int32Array.of(0, 1, 0, 0, -1, 1);
    const sent = async (share?: LoadPlan['share'], count = 6) => {
      const next = await openRequestSource(planFor(80, { ...plan, share }), wallMs, recorded);
      return firstLines(Array.from({ length: count }, () => next().bytes.toString()));
    };
    const all = await sent();
    expect(all.slice(0, 4)).toEqual(['GET /a/1', 'GET /b', 'GET /a/2', 'GET /a/3']);
    expect(all[5]).toBe('GET /b');
    for (const index of [0, 1]) expect(await sent({ index, of: 2 }, 3)).toEqual(all.filter((_, n) => n % 2 === index));
  });

  it('draws rows with the seed', async () => {
    const requests = [{ ...plainRequest, path: '/${user.id}' }];
    const plan = { requests, feeders: { user: feeder('users.csv', 'random') } };
    const drawn = await texts({ ...plan, seed: 7 }, 30);
    expect(await texts({ ...plan, seed: 7 }, 30)).toEqual(drawn);
    expect(await texts({ ...plan, seed: 8 }, 30)).not.toEqual(drawn);
    expect(new Set(drawn).size).toBe(3);
  });
});
