// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are among the values

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sealed } from '../../../src/host/sealed-stream.ts';
import { dialUpgrade } from '../../../src/host/upgrade.ts';
import { createLine } from '../../../src/load/generators/line.ts';
import {
  type CoordinatorSays,
  type GeneratorSays,
  generatorPurpose,
  generatorUpgrade,
} from '../../../src/load/generators/protocol.ts';
import type { LoadPlan } from '../../../src/model/load.ts';
import type { OutcomeCounts } from '../../../src/model/outcome-counts.ts';
import { constantStep, imbalance, plainRequest, planFor } from '../load-run.ts';
import { startTruthServer } from '../truth-server.ts';
import { collectOver } from './collect-over.ts';
import {
  fleetContext,
  openFrom,
  openOver,
  type StartedGenerator,
  startJoining,
  startListening,
  startSome,
  token,
} from './local-generators.ts';

const named = (name: string) => ({ ...plainRequest, name });
const visit = (name: string) => ({ ...named(name), extract: {} });
/** One of each kind that is told apart. */
const several: Partial<LoadPlan> = {
  requests: [named('list'), named('read')],
  flows: [{ name: 'buy', weight: 1, cookies: false, requests: [visit('cart'), visit('pay')] }],
  binUs: 20_000,
};

const steady = (port: number, change: Partial<LoadPlan> = {}) =>
  planFor(port, { steps: [constantStep(200, 12_000)], ...change });

/** A server that answers at once. */
async function startAnswering(): Promise<number> {
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe.concurrent('a generator that is lost in the middle of a load', () => {
  it.each([
    ['killed', 'SIGKILL', 'the connection ended'],
    ['stopped', 'SIGSTOP', 'it said nothing for 5 s'],
  ] as const)(
    'because it is %s ends it, with what the others counted, and one outcome for each arrival of its own',
    async (_, signal, why) => {
      const port = await startAnswering();
      await using started = await startSome(2);
      await using fleet = await openOver(started.all);
      const [, second] = started.all;
      let told = 0;
      const report = await collectOver(fleet, steady(port, several), (message) => {
        // Between two moments at which it tells what it has counted.
        if (message.kind === 'tick' && ++told === 2) setTimeout(() => second?.child.kill(signal), 500);
      });
      expect(report.failure).toMatchObject({ code: 'generator-lost', exitCode: 4 });
      expect(report.failure).toHaveProperty('message', expect.stringContaining(`generator g2 was lost: ${why}`));
      expect(report.steps.map(imbalance)).toEqual([0]);
      const of = (index: number) => report.windows.filter(({ generator }) => generator === index);
      const sum = (index: number, key: 'planned' | 'unfinished' | 'completed') =>
        of(index).reduce((total, each) => total + each[key], 0);
      // The other was told to end later.
      expect(sum(1, 'planned')).toBeLessThanOrEqual(sum(0, 'planned') + 1);
      expect(sum(1, 'planned')).toBeGreaterThan(50);
      expect(sum(1, 'unfinished')).toBeGreaterThan(0);
      expect(sum(0, 'completed')).toBeGreaterThan(100);
      const facts = report.facts.findLast(({ generator }) => generator === 1);
      expect(facts).toMatchObject({ lost: expect.stringContaining(why), lostArrivals: sum(1, 'unfinished') });
      expectSumsOf(report);
    },
  );
});

/** What is told of requests, flows and bins adds up to what is told of all arrivals. */
function expectSumsOf({ total, windows, bins }: Awaited<ReturnType<typeof collectOver>>): void {
  const requests = new Map<string, OutcomeCounts>();
  for (const own of windows.flatMap((window) => [...(window.requests ?? []), ...(window.flows ?? [])]))
    requests.set(own.name, sumOf(requests.get(own.name), own));
  expect([...requests.keys()].sort()).toEqual(['buy', 'buy/cart', 'buy/pay', 'list', 'read']);
  expect([...requests.values()].map(imbalance)).toEqual([0, 0, 0, 0, 0]);
  const planned = (...names: readonly string[]) =>
    names.reduce((sum, name) => sum + (requests.get(name)?.planned ?? 0), 0);
  expect(planned('list', 'read', 'buy')).toBe(total.planned);
  expect(planned('list', 'read', 'buy/cart')).toBe(total.planned);
  const binned = (pick: (bin: (typeof bins)[number]) => number) => bins.reduce((sum, bin) => sum + pick(bin), 0);
  expect(binned(({ completed }) => completed)).toBe(total.completed);
  expect(binned(({ lost }) => lost)).toBe(total.planned - total.completed);
}

function sumOf(one: OutcomeCounts | undefined, other: OutcomeCounts): OutcomeCounts {
  const sum = (key: keyof OutcomeCounts) => (one?.[key] ?? 0) + other[key];
  return {
    planned: sum('planned'),
    completed: sum('completed'),
    failed: sum('failed'),
    timedOut: sum('timedOut'),
    dropped: sum('dropped'),
    unfinished: sum('unfinished'),
  };
}

it('sends nothing more when its coordinator is gone, and works for the next one', async () => {
  await using truth = await startTruthServer({ delay: '2ms' });
  await using started = await startSome(1);
  const fleet = await openOver(started.all);
  const [generator] = started.all as [StartedGenerator];
  // Longer than the test, so that its end is none of the load's.
  const endless = steady(truth.port, { steps: [constantStep(200, 120_000)] });
  await Promise.all([
    collectOver(fleet, endless, (message) => {
      // As a killed process does it: without a word.
      if (message.kind === 'tick') for (const each of fleet.generators) each.cut('killed');
    }),
    generator.said('the connection ended'),
  ]);
  let sent = (await truth.arrivals()).us.length;
  // What was under way may still arrive.
  const more = async () => {
    await delay(500);
    const before = sent;
    sent = (await truth.arrivals()).us.length;
    return sent - before;
  };
  await expect.poll(more).toBe(0);
  await using next = await openOver(started.all);
  const report = await collectOver(next, planFor(truth.port));
  expect(report.total).toMatchObject({ planned: 50, completed: 50 });
});

it('ends a load when it is told to, with what was counted', async () => {
  await using truth = await startTruthServer({ delay: '2ms' });
  await using started = await startSome(2);
  await using fleet = await openOver(started.all);
  const abort = new AbortController();
  const report = await collectOver(fleet, steady(truth.port), (message) => message.kind === 'tick' && abort.abort(), {
    signal: abort.signal,
  });
  expect(report.failure).toBeUndefined();
  expect(report.messages.at(-1)?.kind).toBe('end');
  expect(report.steps.map(imbalance)).toEqual([0]);
  expect(report.total.planned).toBeLessThan(2400);
});

it('sends bodies, rows and recordings that only the coordinator has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      seen.push(`${request.url} ${body}`);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  await using started = await startSome(2);
  await using fleet = await openOver(started.all);
  const request = { ...plainRequest, method: 'POST', path: '/${row.id}', bodyFile: write('body', 'a body') };
  const plan = planFor(port, {
    requests: [request],
    feeders: { row: { file: write('rows.csv', 'id\none\ntwo\nthree\n'), format: 'csv', order: 'sequential' } },
    arrivals: { file: write('recorded', '0\n0.1\n0.2\n0.3\n'), speed: 1, fromMs: 0 },
    steps: [{ name: 'a', shape: { kind: 'recorded', rps: 8, peakRps: 8 }, durationMs: 500, measure: true }],
  });
  const run = collectOver(fleet, plan);
  const report = await run;
  expect(report.failure).toBeUndefined();
  expect(seen.sort()).toEqual(['/one a body', '/one a body', '/three a body', '/two a body']);
});

it('says that the owner of a generator has not allowed a target, before anything is sent', async () => {
  await using generator = await startListening('g1', ['--allow-host', '10.1.0.0/16']);
  await using fleet = await openOver([generator]);
  const plan = planFor(80, { host: '192.0.2.1', addresses: [{ host: '192.0.2.1', port: 80 }], allowed: ['192.0.2.1'] });
  const { failure, total } = await collectOver(fleet, plan);
  expect(failure).toMatchObject({ code: 'generator-host', exitCode: 3 });
  expect(failure).toHaveProperty('message', expect.stringContaining('g1 may not send load to 192.0.2.1'));
  expect(total.planned).toBe(0);
});

it('refuses a target on loopback where a generator is on another machine', async () => {
  await using started = await startSome(1);
  await using fleet = await openOver(started.all, fleetContext({ network: 'another' }));
  const { failure } = await collectOver(fleet, planFor(80));
  expect(failure).toMatchObject({ code: 'generator-loopback', exitCode: 3 });
});

describe.concurrent('who cannot work together', () => {
  it('is told that the tokens differ, by whom it calls and by who calls', async () => {
    await using generator = await startListening('g1');
    const other = fleetContext({ token: 'another token of enough characters' });
    await expect(openOver([generator], other)).rejects.toMatchObject({ code: 'generator-token', exitCode: 3 });
    await generator.said('was turned away');
    // The right one is taken after that.
    await using fleet = await openOver([generator]);
    expect(fleet.generators.map(({ name }) => name)).toEqual(['g1']);
  });

  it('is told that the versions differ', async () => {
    await using generator = await startListening('g1');
    const opening = openOver([generator], fleetContext({ version: '0.0.1' }));
    await expect(opening).rejects.toMatchObject({ code: 'generator-version', exitCode: 3 });
    await expect(opening).rejects.toThrow(/generator g1 is rampart \d.*, this is 0\.0\.1/);
  });

  it('is told that a generator works for another', async () => {
    await using generator = await startListening('g1');
    await using fleet = await openOver([generator]);
    const second = openOver([generator], fleetContext({ withinMs: 3000 }));
    await expect(second).rejects.toMatchObject({ code: 'generator-busy', exitCode: 3 });
    expect(fleet.generators.every(({ lost }) => lost === undefined)).toBe(true);
  });

  it('is told that nobody is there, in the time that is given', async () => {
    const context = fleetContext({ withinMs: 500 });
    const place = { kind: 'join', host: '127.0.40.200', port: 0, count: 2 } as const;
    await expect(openFrom(place, context)).rejects.toThrow('0 of 2 generators called');
    await expect(openOver([{ host: '127.0.40.201', port: 9 }], context)).rejects.toMatchObject({
      code: 'generators-missing',
    });
  });

  it('and speaks no such protocol does no harm', async () => {
    await using generator = await startListening('g1');
    const upgrade =
      'GET /rampart-generator HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: rampart-generator/1\r\n\r\n';
    const said = fc.tuple(fc.constantFrom('', upgrade), fc.uint8Array({ maxLength: 300 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(said, async ([head, bytes, hangsUp]) => {
        await new Promise<void>((resolve) => {
          const socket = connect(generator.port, generator.host, () => {
            socket.write(Buffer.concat([Buffer.from(head), bytes]));
            if (hangsUp) socket.destroy();
            else socket.end();
          });
          socket.on('error', () => {});
          socket.resume();
          socket.once('close', () => resolve());
        });
      }),
      { numRuns: 60, seed: 5 },
    );
    await using fleet = await openOver([generator]);
    expect(fleet.generators.length).toBe(1);
  });
});

/** Where generators call: nobody else is there, so what is free stays it. */
const host = '127.0.40.250';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('is called by generators that come when they like, and lets go those that it has no use for', async () => {
  const port = await freePort();
  const place = `${host}:${port}`;
  await using once = startJoining('once', place, ['--once']);
  await once.said('calling');
  const source = { kind: 'join', host, port, count: 2 } as const;
  const opening = openFrom(source);
  await using _stays = startJoining('stays', place);
  await using truth = await startTruthServer({ delay: '2ms' });
  const fleet = await opening;
  const report = await collectOver(fleet, planFor(truth.port));
  expect(report.total).toMatchObject({ planned: 50, completed: 50 });
  await fleet.release();
  expect(await once.exited).toBe(0);
  await using next = await openFrom({ ...source, count: 1 });
  expect(next.generators.map(({ name }) => name)).toEqual(['stays']);
});

it('calls again where a coordinator goes while it is greeted, which says nothing of its token', async () => {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${generatorUpgrade.protocol}\r\n\r\n`,
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.40.249', resolve));
  const { port } = server.address() as AddressInfo;
  await using patient = startJoining('patient', `127.0.40.249:${port}`);
  await patient.said('calling again');
  await new Promise((resolve) => server.close(resolve));
  await using fleet = await openFrom({ kind: 'join', host: '127.0.40.249', port, count: 1 });
  expect(fleet.generators.map(({ name }) => name)).toEqual(['patient']);
});

it('tells generators apart that are called alike, as two on one machine are', async () => {
  const names = ['here', 'here', 'here-2', 'here'];
  const started = await Promise.all(names.map((name) => startListening(name)));
  onTestFinished(async () => {
    for (const each of started) await each[Symbol.asyncDispose]();
  });
  await using fleet = await openOver(started);
  expect(fleet.generators.map(({ name }) => name)).toEqual(['here', 'here-3', 'here-2', 'here-4']);
});

it('counts one that was started anew once, for who has gone sends nothing', async () => {
  const port = await freePort();
  const place = `${host}:${port}`;
  const context = fleetContext();
  const opening = openFrom({ kind: 'join', host, port, count: 2 }, context);
  const first = startJoining('first', place);
  await expect.poll(() => context.told).toContain('generator first is there (1 of 2)');
  await first[Symbol.asyncDispose]();
  await using _anew = startJoining('anew', place);
  await expect.poll(() => context.told).toContain('generator anew is there (1 of 2)');
  await using _other = startJoining('other', place);
  await using fleet = await opening;
  expect(fleet.generators.map(({ name }) => name)).toEqual(['anew', 'other']);
});

it('lets go who has been taken for a generator only when the time for all was over', async () => {
  const port = await freePort();
  const context = fleetContext({ withinMs: 5000 });
  const opening = openFrom({ kind: 'join', host, port, count: 1 }, context);
  const missing = expect(opening).rejects.toThrow('0 of 1 generators called');
  await expect.poll(() => context.told.length).toBe(1);
  const outside = await dialUpgrade({ host, port, ...generatorUpgrade }, 5000);
  await missing;
  const inside = await sealed(outside, { token, purpose: generatorPurpose, isDialler: true, ms: 5000 });
  const heard: string[] = [];
  const closed = new Promise<void>((resolve) => {
    const line = createLine<GeneratorSays, CoordinatorSays>(inside, {
      heard: ({ kind }) => heard.push(kind),
      closed: () => resolve(),
    });
    const { version } = context;
    const machine = { os: '', cpuModel: '', cpus: 1, memoryBytes: 1, node: '' };
    line.say({ kind: 'hello', version, name: 'late', machine, network: context.network });
  });
  await closed;
  expect(heard.at(-1)).toBe('bye');
});
