/** Connections to an API server that are kept, and those that died without a word. */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../../../src/host/kube/transport.ts';

/** A server, and a way to its having never more an answer on the connections that are open. */
async function server() {
  const dead = new Set<Socket>();
  const open = new Set<Socket>();
  const own = createServer((asked, answer) => {
    if (!dead.has(asked.socket)) answer.end('{}');
  });
  own.on('connection', (socket) => open.add(socket));
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    own.close();
    own.closeAllConnections();
  });
  const { port } = own.address() as AddressInfo;
  const transport = createTransport({
    server: `http://127.0.0.1:${port}`,
    context: 'test',
    namespace: 'default',
    credentials: async () => ({ headers: {} }),
  });
  onTestFinished(() => transport.close());
  const hang = () => {
    for (const socket of open) dead.add(socket);
  };
  return { transport, hang, opened: () => open.size };
}

const ask = { asked: 'say its version', path: '/version' };

it('a question that is not answered in time is not asked again over another connection of that time', async () => {
  const { transport, hang, opened } = await server();
  await Promise.all([1, 2, 3].map(() => transport.json(ask)));
  expect(opened()).toBe(3);
  hang();
  await expect(transport.json({ ...ask, timeoutMs: 50 })).rejects.toMatchObject({ code: 'kube-unreachable' });
  expect(await transport.json({ ...ask, timeoutMs: 10_000 })).toEqual({});
});

it('nor one whose asker gave it a time', async () => {
  const { transport, hang } = await server();
  await Promise.all([1, 2, 3].map(() => transport.json(ask)));
  hang();
  await expect(transport.json({ ...ask, signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  expect(await transport.json({ ...ask, timeoutMs: 10_000 })).toEqual({});
});
