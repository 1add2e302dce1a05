import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createHttpGetter, type HttpGetter } from '../../src/host/http.ts';

const opened: { server: Server; getter: HttpGetter }[] = [];

afterEach(() => {
  for (const { server, getter } of opened.splice(0)) {
    getter.close();
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const getter = createHttpGetter();
  opened.push({ server, getter });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  const get = (maxBytes = 1e6, signal = new AbortController().signal) => getter.get(url, { maxBytes, signal });
  return { server, url, get };
}

test('the body of an answer, inflated when it is gzip whatever its headers say', async () => {
  const { get } = await serve((_, response) => response.end(gzipSync('profile')));
  expect(String(await get())).toBe('profile');
});

test('one connection serves every look', async () => {
  const { server, get } = await serve((_, response) => response.end('x'));
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  for (let look = 0; look < 3; look += 1) await get();
  expect(connections).toBe(1);
});

test('a kept connection that the service closed meanwhile is no failure', async () => {
  const { server, get } = await serve((_, response) => response.end('x'));
  await get();
  server.once('request', (request) => request.socket.resetAndDestroy());
  expect(String(await get())).toBe('x');
});

test('another status is an error with its first line', async () => {
  const { url, get } = await serve((_, response) => response.writeHead(503).end('busy\nmore\n'));
  await expect(get()).rejects.toThrow(`${url} answered 503: busy`);
});

test.each([
  ['as sent', 'x'.repeat(2000)],
  ['as inflated', gzipSync('x'.repeat(2000))],
])('a body that is too long %s is an error', async (_, body) => {
  const { get } = await serve((__, response) => response.end(body));
  await expect(get(1000)).rejects.toThrow(/1000 bytes|larger than 1000/);
});

test('an answer cut in the middle is an error', async () => {
  const { get } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  });
  await expect(get()).rejects.toThrow();
});

test('the signal ends the question', async () => {
  const abort = new AbortController();
  const { get } = await serve(() => abort.abort());
  await expect(get(1e6, abort.signal)).rejects.toThrow('aborted');
});
