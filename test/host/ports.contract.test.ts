/** Ports on loopback addresses: free or taken, and by whom. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isPortFree, portHolder } from '../../src/host/ports.ts';

async function listenOn(host: string) {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe.runIf(process.platform === 'linux')('a port', () => {
  it('is taken on the address it is bound to and free on its neighbour', async () => {
    const { port, close } = await listenOn('127.14.3.1');
    expect(await isPortFree('127.14.3.1', port)).toBe(false);
    expect(await isPortFree('127.14.3.2', port)).toBe(true);
    expect(portHolder('127.14.3.1', port)).toMatch(
      new RegExp(`^pid ${process.pid} \\(.+\\) on 127\\.14\\.3\\.1:${port}$`),
    );
    expect(portHolder('127.14.3.2', port)).toBeUndefined();
    close();
  });

  it.each([
    ['0.0.0.0', '0\\.0\\.0\\.0'],
    ['::', '\\[::\\]'],
  ])('bound on %s is taken on every address', async (host, shown) => {
    const { port, close } = await listenOn(host);
    expect(await isPortFree('127.14.3.3', port)).toBe(false);
    expect(portHolder('127.14.3.3', port)).toMatch(new RegExp(`on ${shown}:${port}$`));
    close();
  });

  it('on an address that is not ours is an error, not an answer', async () => {
    await expect(isPortFree('192.0.2.1', 80)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
