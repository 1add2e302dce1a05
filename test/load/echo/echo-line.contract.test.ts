import { closeSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { lineStates, openEchoLine } from '../../../src/load/echo/echo-line.ts';
import { createStamps } from '../../../src/load/pacing/stamps.ts';

/** An echo that says back what it hears in pieces of so many bytes. */
async function echoInPieces(pieceBytes: number) {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += pieceBytes) socket.write(bytes.subarray(at, at + pieceBytes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address !== 'object') throw new Error('no port');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it.each([5, 16, 4096])('reads when stamps were due, written and read, in pieces of %i bytes', async (pieceBytes) => {
  await using echo = await echoInPieces(pieceBytes);
  const line = await openEchoLine(echo.port, () => 5000);
  const stamps = createStamps(line, 0, 1, (fd, bytes, from, size) => writeSync(fd, bytes, from, size));
  const dueUs = stamps.dueUs;
  stamps.send(dueUs + 250);
  const seen: (readonly [number, number])[] = [];
  await expect.poll(() => seen.push(...line.take())).toBeGreaterThan(0);
  expect(seen[0]).toEqual([250, Math.round(5000 - dueUs)]);
  line.close();
});

it('writes nothing any more once the socket is closed, whose number may be another file then', async () => {
  await using echo = await echoInPieces(16);
  const line = await openEchoLine(echo.port, () => 0);
  line.close();
  let written = 0;
  const stamps = createStamps(line, 0, 1, () => ++written);
  stamps.send(1e6);
  expect([Atomics.load(line.state, 0), written]).toEqual([lineStates.closed, 0]);
  expect(() => closeSync(line.fd)).toThrow('EBADF');
});
