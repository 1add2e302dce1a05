import { expect, it } from 'vitest';
import { requestBytes } from '../../../src/load/requests/bytes.ts';

const plain = { method: 'GET', path: '/items?x=1', headers: {} };
const noBody = Buffer.alloc(0);

it('writes a request without a body', () => {
  expect(requestBytes(plain, noBody, { host: '127.0.0.1', port: 8080 }).toString()).toBe(
    'GET /items?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: rampart\r\n\r\n',
  );
});

it('counts the body in bytes, not in characters', () => {
  const text = requestBytes({ ...plain, method: 'POST' }, Buffer.from('{"é":1}'), { host: '::1', port: 80 }).toString();
  expect(text).toBe(
    'POST /items?x=1 HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: rampart\r\nContent-Length: 8\r\n\r\n{"é":1}',
  );
});

it('says that the body of a POST is empty', () => {
  expect(requestBytes({ ...plain, method: 'POST' }, noBody, { host: 'a', port: 1 }).toString()).toContain(
    '\r\nContent-Length: 0\r\n',
  );
});

it("keeps the user's own headers instead of adding ours", () => {
  const headers = { HOST: 'shop.example', 'user-agent': 'mine', 'content-length': '2' };
  expect(requestBytes({ ...plain, headers }, Buffer.from('ok'), { host: 'a', port: 1 }).toString()).toBe(
    'GET /items?x=1 HTTP/1.1\r\nHOST: shop.example\r\nuser-agent: mine\r\ncontent-length: 2\r\n\r\nok',
  );
});

it('sends a body in chunks when the user says so', () => {
  const headers = { 'transfer-encoding': 'Chunked' };
  const chunked = (body: string) =>
    requestBytes({ method: 'POST', path: '/', headers }, Buffer.from(body), { host: 'a', port: 1 }).toString();
  const head = 'POST / HTTP/1.1\r\nHost: a:1\r\nUser-Agent: rampart\r\ntransfer-encoding: Chunked\r\n\r\n';
  expect(chunked('hello')).toBe(`${head}5\r\nhello\r\n0\r\n\r\n`);
  expect(chunked('')).toBe(`${head}0\r\n\r\n`);
  const large = 'x'.repeat(16_385);
  expect(chunked(large)).toBe(`${head}4000\r\n${large.slice(1)}\r\n1\r\nx\r\n0\r\n\r\n`);
});

it.each([
  [{ host: 'shop.example', port: 80 }, 'shop.example'],
  [{ host: 'shop.example', port: 443 }, 'shop.example:443'],
  [{ host: 'shop.example', port: 443, tls: { insecure: false } }, 'shop.example'],
  [{ host: 'shop.example', port: 80, tls: { insecure: false } }, 'shop.example:80'],
  [{ host: '2001:db8::1', port: 8443, tls: { insecure: false } }, '[2001:db8::1]:8443'],
])('names the port of %j only where its scheme does not', (address, host) => {
  expect(requestBytes(plain, noBody, address).toString()).toContain(`\r\nHost: ${host}\r\n`);
});
