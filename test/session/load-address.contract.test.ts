import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { resolveHost } from '../../src/session/load-address.ts';

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

const both = async () => ['127.0.0.1', '127.0.0.2'];

it('uses those of several addresses that take connections, and says which', async () => {
  await using server = await listenOn('127.0.0.2');
  expect(await resolveHost('localhost', server.port, true, both)).toEqual({
    addresses: ['127.0.0.2'],
    message: `connections to localhost go to 127.0.0.2; 127.0.0.1 takes none on port ${server.port}`,
  });
});

it('uses all of them where all take connections', async () => {
  await using server = await listenOn('0.0.0.0');
  expect(await resolveHost('localhost', server.port, true, both)).toEqual({
    addresses: ['127.0.0.1', '127.0.0.2'],
    message: 'connections to localhost go to 127.0.0.1 and 127.0.0.2 in turn',
  });
  expect(await resolveHost('localhost', server.port, false, both)).toEqual({
    addresses: ['127.0.0.1'],
    message: 'connections to localhost go to 127.0.0.1',
  });
});

it('leaves it to the load to fail where none does', async () => {
  const { port, ...server } = await listenOn('127.0.0.1');
  await server[Symbol.asyncDispose]();
  const { addresses, message } = await resolveHost('localhost', port, true, both);
  expect(addresses).toEqual(await both());
  expect(message).toContain('none takes connections');
});

it('takes an address as it is, without a look at its port', async () => {
  expect(await resolveHost('127.0.0.1', 1, true)).toEqual({ addresses: ['127.0.0.1'] });
});

it('refuses a name that leads off this machine, or nowhere', async () => {
  await expect(resolveHost('shop', 80, true, async () => ['127.0.0.1', '10.0.0.7'])).rejects.toMatchObject({
    exitCode: 3,
    message: 'target: shop stands for 127.0.0.1, 10.0.0.7, and 10.0.0.7 is no loopback address',
  });
  const nowhere = () => Promise.reject(new Error('ENOTFOUND'));
  await expect(resolveHost('shop', 80, true, nowhere)).rejects.toMatchObject({ code: 'target-host', exitCode: 3 });
});
