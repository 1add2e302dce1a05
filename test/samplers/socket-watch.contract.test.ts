/** The sockets and the network of real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Reading, Sample } from '../../src/model/sample.ts';
import { polledActivity } from '../../src/samplers/activity-watch.ts';
import { createMissingSeries } from '../../src/samplers/missing-series.ts';
import { polledSockets } from '../../src/samplers/socket-watch.ts';
import { createStampErrors } from '../../src/samplers/stamp-errors.ts';
import { testRun } from '../helpers/run-context.ts';

const host = '127.62.7.1';
const isRoot = process.getuid?.() === 0;
const source = 'containers';
const children: ChildProcess[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Runs a program of Node that prints a number once it is ready. */
async function start(program: string, before: readonly string[] = []): Promise<{ pid: number; number: number }> {
  const [file = '', ...args] = [...before, process.execPath, '-e', program];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return { pid: child.pid ?? 0, number: Number(line) };
}

/** A look at sockets and processes every minute of a clock of its own, so that none is left out for what it cost. */
function watch(pid: number) {
  const samples: Sample[] = [];
  const run = testRun();
  let nowUs = 0;
  const clock = { ...run.context.clock, nowUs: () => nowUs };
  const emit = (sample: Sample) => samples.push(sample);
  const base = { ...run.context, clock, emit };
  const missing = createMissingSeries(source, base);
  const context = { ...base, source, errors: createStampErrors(source, 'read-here', base), missing };
  const find = async () => [pid];
  const polled = [polledActivity('api-1', find, context), polledSockets([{ id: 'api-1', find }], context)];
  return {
    /** All values of one look. */
    async look(): Promise<Readonly<Record<string, number>>> {
      nowUs += 60e6;
      const from = samples.length;
      for (const one of polled) await one.look(AbortSignal.timeout(50_000));
      return Object.assign({}, ...samples.slice(from).map((sample) => (sample as Reading).values));
    },
    missing(): Sample[] {
      const from = samples.length;
      missing.tell();
      return samples.slice(from);
    },
  };
}

function dial(port: number): Socket {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

describe.runIf(process.platform === 'linux')('what Linux tells of a process', () => {
  it('its connections by state, and nobody else its', async () => {
    const { pid, number: port } = await start(`
      const server = require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => socket.destroy());
      });
      server.listen(0, '${host}', () => console.log(server.address().port));
    `);
    const watching = watch(pid);
    expect(await watching.look()).toMatchObject({
      'sock.established': 0,
      'sock.time_wait': 0,
      'sock.close_wait': 0,
      'sock.accept_queue': 0,
      'sock.accept_queue_limit': 511,
    });
    const [stays, ends, asks] = [dial(port), dial(port), dial(port)];
    await Promise.all([stays, ends, asks].map((socket) => once(socket, 'connect')));
    // The server never ends a connection whose other side was ended, and is the first to end one on which it got something.
    ends.end();
    asks.write('x');
    await once(asks.resume(), 'close');
    const expected = { 'sock.established': 1, 'sock.close_wait': 1, 'sock.time_wait': 1 };
    await vi.waitFor(async () => expect(await watching.look()).toMatchObject(expected), 50_000);
    expect(await watch(process.pid).look()).toMatchObject({ 'sock.time_wait': 0 });
    expect(watching.missing()).toEqual([]);
  });

  it('the connections that it does not accept, until there is no room for more', async () => {
    const { pid, number: port } = await start(`
      const server = require('node:net').createServer();
      server.listen({ port: 0, host: '${host}', backlog: 4 }, () => console.log(server.address().port));
    `);
    process.kill(pid, 'SIGSTOP');
    for (let n = 0; n < 8; n++) dial(port);
    // The kernel lets one more in than the limit says (sk_acceptq_is_full in include/net/sock.h).
    await vi.waitFor(
      async () =>
        expect(await watch(pid).look()).toMatchObject({ 'sock.accept_queue': 5, 'sock.accept_queue_limit': 4 }),
      50_000,
    );
    expect(await watch(process.pid).look()).toMatchObject({ 'sock.syn_sent': 3 });
  });

  it('a process that ends leaves nothing that is missed', async () => {
    const { pid } = await start(`setInterval(() => undefined, 1000); console.log(0)`);
    const watching = watch(pid);
    expect(await watching.look()).toHaveProperty(['proc.threads']);
    const [child] = children.splice(0);
    child?.kill('SIGKILL');
    await once(child as ChildProcess, 'exit');
    expect(await watching.look()).toEqual({});
    expect(watching.missing()).toEqual([]);
  });

  it.runIf(isRoot)('in a network of its own, all that is counted there', async () => {
    const { pid } = await start(
      `
      const net = require('node:net');
      const server = net.createServer((socket) => socket.resume());
      server.listen(0, '127.0.0.1', () => {
        const socket = net.connect(server.address().port, '127.0.0.1', () => socket.end());
        socket.resume().on('close', () => console.log(0));
        setInterval(() => net.connect(server.address().port, '127.0.0.1'), 20);
      });
    `,
      ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'],
    );
    // Its client's end of the connection that was closed: no process holds it, and nobody else is there.
    await vi.waitFor(
      async () =>
        expect(await watch(pid).look()).toMatchObject({ 'sock.time_wait': 1, 'sock.accept_queue_limit': 511 }),
      50_000,
    );
    const watching = watch(pid);
    expect(await watching.look()).not.toHaveProperty(['net.dials_per_second']);
    await vi.waitFor(async () => expect((await watching.look())['net.dials_per_second']).toBeGreaterThan(0), 50_000);
    const later = await watching.look();
    expect(Object.keys(later)).toEqual(
      expect.arrayContaining([
        'net.accepts_per_second',
        'net.retransmits_per_second',
        'net.listen_overflows_per_second',
      ]),
    );
    expect(watching.missing()).toEqual([]);
  });

  it('in the network of the host, nothing of its own', async () => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    expect((server.address() as AddressInfo).port).toBeGreaterThan(0);
    const watching = watch(process.pid);
    const looks = [await watching.look(), await watching.look()];
    server.close();
    expect(Object.keys(looks[1] ?? {}).filter((name) => name.startsWith('net.'))).toEqual([]);
  });
});
