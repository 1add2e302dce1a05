/** Names under localhost are this machine, whatever the system's resolver says (RFC 6761, 6.3). */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { systemLookup } from '../../src/host/addresses.ts';
import { createHttpGetter } from '../../src/host/http.ts';
import { isLoopback } from '../../src/host/loopback.ts';
import { askHttp, askPort } from '../../src/host/probe.ts';

it('finds a service under them', async () => {
  const server = createServer((request, response) => response.end(request.headers.host)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://api.rampart-test.localhost:${port}/`;
  const { signal } = new AbortController();
  const getter = createHttpGetter({ keepAlive: false });
  try {
    const page = await getter.get(url, { maxBytes: 1000, signal });
    expect(page.body.toString()).toBe(`api.rampart-test.localhost:${port}`);
    expect((await askHttp(url, signal)).status).toBe(200);
    await askPort('api.rampart-test.localhost', port, signal);
  } finally {
    getter.close();
    server.close();
  }
});

it('stand for loopback addresses, and nobody else is asked', async () => {
  for (const name of ['api.localhost', 'a.b.LOCALHOST.'])
    expect(await systemLookup(name)).toEqual(['127.0.0.1', '::1']);
  for (const address of await systemLookup('localhost')) expect(isLoopback(address)).toBe(true);
});
