import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import {
  allowedAddresses,
  dialsAllowed,
  replicaAddresses,
  sentToOf,
  spreadMessage,
  takingAddresses,
} from '../../src/session/load-address.ts';

/** A server that takes connections on one address only. */
async function listenOn(host: string) {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

const both = ['127.0.0.1', '127.0.0.2'];

it('uses those of several addresses that take connections, and says which', async () => {
  await using server = await listenOn('127.0.0.2');
  expect(await takingAddresses('localhost', both, server.port, true)).toEqual({
    addresses: ['127.0.0.2'],
    message: `connections to localhost go to 127.0.0.2; 127.0.0.1 takes none on port ${server.port}`,
  });
});

it('uses all of them where all take connections', async () => {
  await using server = await listenOn('0.0.0.0');
  expect(await takingAddresses('localhost', both, server.port, true)).toEqual({
    addresses: both,
    message: 'connections to localhost go to 127.0.0.1 and 127.0.0.2 in turn',
  });
  expect(await takingAddresses('localhost', both, server.port, false)).toEqual({
    addresses: ['127.0.0.1'],
    message: 'connections to localhost go to 127.0.0.1',
  });
});

it('leaves it to the load to fail where none does', async () => {
  const { port, ...server } = await listenOn('127.0.0.1');
  await server[Symbol.asyncDispose]();
  const { addresses, message } = await takingAddresses('localhost', both, port, true);
  expect(addresses).toEqual(both);
  expect(message).toContain('none takes connections');
});

it('takes an address as it is, without a look at its port', async () => {
  expect(await takingAddresses('127.0.0.1', ['127.0.0.1'], 1, true)).toEqual({ addresses: ['127.0.0.1'] });
});

const allow = (...hosts: string[]) => hosts.map((host) => ({ host }));

it.each([
  ['localhost', ['127.0.0.1', '::1', '::ffff:127.0.0.1'], []],
  ['shop.example', ['10.0.0.7', '127.0.0.1'], ['shop.example']],
  ['shop.example', ['10.0.0.7', '2001:db8::7'], ['10.0.0.0/24', '2001:db8::7']],
  ['10.0.0.7', ['10.0.0.7'], ['10.0.0.7']],
])('load may go to %s, which stands for %j, where %j is allowed', async (host, addresses, allowed) => {
  expect(await allowedAddresses(host, allow(...allowed), async () => addresses)).toEqual(addresses);
});

it('refuses a host of which one address is not allowed, whichever it is, and says how to allow it', async () => {
  const found = async () => ['127.0.0.1', '10.0.0.7', '192.0.2.9'];
  await expect(allowedAddresses('shop.example', allow('10.0.0.0/24'), found)).rejects.toMatchObject({
    code: 'host-not-allowed',
    exitCode: 2,
    message:
      'target.url names shop.example, which stands for 127.0.0.1, 10.0.0.7, 192.0.2.9, of which 192.0.2.9 is not allowed: --allow-host 192.0.2.9, or target: { allow: [192.0.2.9] }',
  });
  await expect(allowedAddresses('localhost', [], async () => ['10.0.0.7'])).rejects.toMatchObject({ exitCode: 2 });
});

it('refuses a name that nobody answers', async () => {
  const nowhere = () => Promise.reject(new Error('ENOTFOUND'));
  const asked = allowedAddresses('shop.example', allow('shop.example'), nowhere);
  await expect(asked).rejects.toMatchObject({ code: 'target-host', exitCode: 3 });
});

it('allows for the run what a name stood for when it began, and what is allowed as an address', () => {
  const written = allow('shop.example', '*.shop.example', '10.1.0.0/16', '2001:db8::7');
  expect(dialsAllowed(['10.0.0.7'], written)).toEqual(['10.0.0.7', '10.1.0.0/16', '2001:db8::7']);
});

it('says where load goes, and by which consent', () => {
  const dialled = { host: '192.0.2.7', port: 80 };
  const consent = [
    { host: '192.0.2.0/24', reason: '--allow-host' },
    { host: 'shop.example' },
    { host: 'other.example' },
  ];
  const sent = (url: string, host: string) => sentToOf({ url, allow: consent }, { host, port: 80 }, [dialled]);
  expect(sent('http://shop.example/', 'shop.example')).toEqual({
    host: 'shop.example:80',
    addresses: ['192.0.2.7:80'],
    isRemote: true,
    allowedBy: [{ host: 'shop.example' }],
  });
  expect(sent('http://shop.internal/', 'shop.internal')).toMatchObject({
    allowedBy: [{ host: '192.0.2.0/24', reason: '--allow-host' }],
  });
  const near = { host: '::1', port: 4001 };
  expect(sentToOf({ service: 'api', port: 80 }, near, [near])).toEqual({
    host: 'api:80',
    addresses: ['[::1]:4001'],
    isRemote: false,
  });
  expect(sentToOf({ socket: '/run/api.sock' }, near, [])).toEqual({
    host: '/run/api.sock',
    addresses: [],
    isRemote: false,
  });
});

const replica = (id: string, url: string, isAway = false) => ({ id, service: 'api', ports: { '80': url }, isAway });
const targets = [
  replica('api-1', 'http://127.0.0.1:4001'),
  replica('api-2', 'http://127.0.0.1:4002', true),
  replica('api-3', 'http://[::1]:4003'),
  { ...replica('front-1', 'http://127.0.0.1:1'), service: 'front' },
];

it('names all replicas that are there where it is spread, else the first, wherever that is now', () => {
  const target = { service: 'api', port: 80 };
  const spread = replicaAddresses({ ...target, spread: true }, { targets });
  expect(spread).toEqual([
    { host: '127.0.0.1', port: 4001 },
    { host: '::1', port: 4003 },
  ]);
  expect(replicaAddresses(target, { targets })).toEqual([{ host: '127.0.0.1', port: 4001 }]);
  expect(replicaAddresses({ url: 'http://127.0.0.1:1/' }, { targets })).toEqual([]);
  expect(spreadMessage({ target, addresses: spread })).toBe('requests to api go to 127.0.0.1:4001, ::1:4003 in turn');
});
