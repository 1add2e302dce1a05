import { expect, it } from 'vitest';
import { requestBytes } from '../../../src/load/requests/bytes.ts';

const plain = { method: 'GET', path: '/items?x=1', headers: {} };
const noBody = Buffer.alloc(0);

it('writes a request without a body', () => {
  expect(requestBytes(plain, noBody, '127.0.0.1', 8080).toString()).toBe(
    'GET /items?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: rampart\r\n\r\n',
  );
});

it('counts the body in bytes, not in characters', () => {
  const text = requestBytes({ ...plain, method: 'POST' }, Buffer.from('{"é":1}'), '::1', 80).toString();
  expect(text).toBe(
    'POST /items?x=1 HTTP/1.1\r\nHost: [::1]:80\r\nUser-Agent: rampart\r\nContent-Length: 8\r\n\r\n{"é":1}',
  );
});

it('says that the body of a POST is empty', () => {
  expect(requestBytes({ ...plain, method: 'POST' }, noBody, 'a', 1).toString()).toContain('\r\nContent-Length: 0\r\n');
});

it("keeps the user's own headers instead of adding ours", () => {
  const headers = { HOST: 'shop.example', 'user-agent': 'mine', 'content-length': '2' };
  expect(requestBytes({ ...plain, headers }, Buffer.from('ok'), 'a', 1).toString()).toBe(
    'GET /items?x=1 HTTP/1.1\r\nHOST: shop.example\r\nuser-agent: mine\r\ncontent-length: 2\r\n\r\nok',
  );
});

it('sends a body in chunks when the user says so', () => {
  const headers = { 'transfer-encoding': 'Chunked' };
  const chunked = (body: string) =>
    requestBytes({ method: 'POST', path: '/', headers }, Buffer.from(body), 'a', 1).toString();
  const head = 'POST / HTTP/1.1\r\nHost: a:1\r\nUser-Agent: rampart\r\ntransfer-encoding: Chunked\r\n\r\n';
  expect(chunked('hello')).toBe(`${head}5\r\nhello\r\n0\r\n\r\n`);
  expect(chunked('')).toBe(`${head}0\r\n\r\n`);
  const large = 'x'.repeat(16_385);
  expect(chunked(large)).toBe(`${head}4000\r\n${large.slice(1)}\r\n1\r\nx\r\n0\r\n\r\n`);
});
