/** Listening sockets and who holds them. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listeningSockets, sharesNetwork, socketOwner, socketsOf } from '../../src/host/sockets.ts';

describe.runIf(process.platform === 'linux')('a listening socket', () => {
  it.each(['127.62.1.1', '0.0.0.0', '::1', '::'])('on %s is seen with its address and its process', async (host) => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = listeningSockets().find((one) => one.port === port);
    expect(socket).toMatchObject({ address: host });
    expect(socket && socketOwner(socket)).toBe(process.pid);
    expect(socketsOf(process.pid)).toContainEqual(socket);
    server.close();
    await once(server, 'close');
    expect(socketsOf(process.pid)).not.toContainEqual(socket);
  });

  it('belongs to nobody when there is no such process', () => {
    expect(socketsOf(2 ** 22 + 1)).toEqual([]);
    expect(sharesNetwork(2 ** 22 + 1)).toBe(false);
    expect(sharesNetwork(process.pid)).toBe(true);
  });
});
