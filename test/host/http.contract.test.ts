import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
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
  const page = (at = url, maxBytes = 1e6, signal = new AbortController().signal) =>
    getter.get(at, { maxBytes, signal });
  const get = async (maxBytes?: number, signal?: AbortSignal) => (await page(url, maxBytes, signal)).body;
  return { server, url, get, page };
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

test.each([
  ['gzip', gzipSync('x')],
  ['x-gzip', gzipSync('x')],
  ['deflate', deflateSync('x')],
  ['deflate', deflateRawSync('x')],
  ['br', brotliCompressSync('x')],
  ['identity', Buffer.from('x')],
  ['GZIP, br', brotliCompressSync(gzipSync('x'))],
])('an answer coded in %s is read', async (coding, body) => {
  const { get } = await serve((_, response) => response.setHeader('content-encoding', coding).end(body));
  expect(String(await get())).toBe('x');
});

test.each([
  ['zstd', 'x', /answered with Content-Encoding zstd, .* cannot read \(it reads gzip/],
  ['gzip', 'x', /answered a body that is no whole Content-Encoding gzip/],
  ['gzip', gzipSync('x'.repeat(1000)).subarray(0, 20), /no whole Content-Encoding gzip/],
  ['br', brotliCompressSync('x'.repeat(2e6)), /answered more than 1000000 bytes once inflated/],
])('what cannot be read of %s is named with its address', async (coding, body, message) => {
  const { url, get } = await serve((_, response) => response.setHeader('content-encoding', coding).end(body));
  await expect(get()).rejects.toThrow(message);
  await expect(get()).rejects.toThrow(url);
});

/** A server that answers `/end`, and redirects every other path with the status and to the place that stand in the table. */
async function redirecting(table: Readonly<Record<string, readonly [status: number, location?: string]>>) {
  const seen: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const served = await serve(({ url = '', headers }, response) => {
    seen.push({ url, authorization: headers.authorization });
    const [status, location] = table[url] ?? [];
    if (status === undefined) response.setHeader('content-type', 'text/plain').end(`at ${url}`);
    else response.writeHead(status, location === undefined ? {} : { location }).end('elsewhere');
  });
  return { ...served, seen };
}

test.each([301, 302, 303, 307, 308])('a redirect %i on the same host is followed', async (status) => {
  const { url, page } = await redirecting({ '/x': [status, '/x/'] });
  expect(await page()).toMatchObject({ url: `${url}/`, contentType: 'text/plain', body: Buffer.from('at /x/') });
});

test('relative and absolute places, one after the other', async () => {
  const table: Record<string, readonly [number, string]> = { '/x': [302, 'y/?a=1'] };
  const { url, page } = await redirecting(table);
  table['/y/?a=1'] = [307, new URL('/z#part', url).href];
  expect(String((await page()).body)).toBe('at /z');
});

test('credentials stand in no message and go to no other port', async () => {
  const other = await redirecting({});
  const table: Record<string, readonly [number, string]> = { '/x': [302, '/y'], '/y': [302, other.url] };
  const { url, page, seen } = await redirecting(table);
  const withPassword = url.replace('//', '//anna:secret@');
  expect((await page(withPassword)).url).toBe(other.url);
  const basic = `Basic ${Buffer.from('anna:secret').toString('base64')}`;
  expect(seen.map(({ authorization }) => authorization)).toEqual([basic, basic]);
  expect(other.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  const { url: refusing, page: ask } = await serve((_, response) => response.writeHead(401).end('who are you?'));
  await expect(ask(refusing.replace('//', '//anna:secret@'))).rejects.toThrow(`${refusing} answered 401: who are you?`);
});

test.each<[string, Readonly<Record<string, readonly [number, string?]>>, RegExp]>([
  ['another host', { '/x': [301, 'http://192.0.2.1/x'] }, /redirects to another host, http:\/\/192\.0\.2\.1\/x/],
  ['another name of this host', { '/x': [301, 'http://localhost:1/x'] }, /to another host, http:\/\/localhost:1\/x/],
  ['itself', { '/x': [301, '/x'] }, /in a circle: http:\S+\/x to http:\S+\/x$/],
  ['a circle', { '/x': [301, '/y'], '/y': [301, '/x'] }, /in a circle: http:\S+\/x to http:\S+\/y to http:\S+\/x$/],
  ['nowhere', { '/x': [302] }, /to nowhere: it has no Location/],
  ['no address', { '/x': [302, 'http://:x'] }, /redirects to "http:\/\/:x"/],
  ['no http', { '/x': [302, 'file:///etc/passwd'] }, /which is no http address/],
  [
    'a page that is not there',
    { '/x': [302, '/y'], '/y': [404] },
    /redirects to http:\S+\/y, which answered 404: elsewhere/,
  ],
  [
    'what nobody listens on',
    { '/x': [302, 'http://127.0.0.1:1/'] },
    /redirects to http:\S+, which cannot be read: .*ECONNREFUSED/,
  ],
  [
    'https where none is spoken',
    { '/x': [302, 'https://127.0.0.1:1/'] },
    /redirects to https:\S+, which cannot be read/,
  ],
])('a redirect to %s is named with the address that was asked', async (_, table, message) => {
  const { url, page } = await redirecting(table);
  await expect(page()).rejects.toThrow(message);
  await expect(page()).rejects.toThrow(url);
});

test('a redirect that never ends is given up', async () => {
  const { page } = await serve(({ url = '' }, response) => response.writeHead(302, { location: `${url}x` }).end());
  await expect(page()).rejects.toThrow(/redirects more than 10 times, at last to http/);
});

test('a redirect that is not to be followed is a refusal, which says where it leads', async () => {
  const { url, seen } = await redirecting({ '/x': [302, '/login?to=x'] });
  const getter = createHttpGetter({ keepAlive: false });
  const limits = { maxBytes: 1000, signal: AbortSignal.timeout(5000), followsRedirects: false };
  await expect(getter.get(url, limits)).rejects.toThrow(
    /answered 302 and redirects to http:.*\/login\?to=x, where it is not followed/,
  );
  expect(seen.map((each) => each.url)).toEqual(['/x']);
  getter.close();
});
