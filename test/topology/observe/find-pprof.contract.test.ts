import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { answersPprof } from '../../../src/topology/observe/find-pprof.ts';

async function answersWith(body: string): Promise<boolean> {
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const found = await answersPprof((server.address() as AddressInfo).port);
  server.close();
  return found;
}

it('knows pprof by what it says', async () => {
  expect(await answersWith('goroutine profile: total 7\n1 @ 0x43\n')).toBe(true);
});

it('is not fooled by a service that answers every path', async () => {
  expect(await answersWith('ok')).toBe(false);
});

it('takes a closed port for no pprof', async () => {
  expect(await answersPprof(1)).toBe(false);
});
