import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type Chunks, fileChunks, inflated, inUtf8, peek, readability } from '../../src/host/input-bytes.ts';

async function* pieces(bytes: Uint8Array, size: number): Chunks {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function textOf(chunks: Chunks): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts).toString();
}

it('shows the first bytes and gives out all of them again', async () => {
  const { head, all } = await peek(pieces(Buffer.from('abcdefgh'), 3), 4);
  expect(head.toString()).toBe('abcdef');
  expect(await textOf(all)).toBe('abcdefgh');
});

it('has all there is as the first bytes when there is less', async () => {
  expect((await peek(pieces(Buffer.from('ab'), 1), 10)).head.toString()).toBe('ab');
  expect((await peek(pieces(Buffer.alloc(0), 1), 10)).head.length).toBe(0);
});

it('inflates what is gzip, in one or several members, and leaves the rest as it is', async () => {
  const two = Buffer.concat([gzipSync('one '), gzipSync('two')]);
  expect(await textOf(await inflated(pieces(two, 5)))).toBe('one two');
  expect(await textOf(await inflated(pieces(Buffer.from('plain'), 1)))).toBe('plain');
});

it('inflates what was packed twice', async () => {
  expect(await textOf(await inflated(pieces(gzipSync(gzipSync('twice')), 3)))).toBe('twice');
});

it.each([
  ['UTF-8', Buffer.from('grüße 1\n'.repeat(40)), undefined],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${'grüße 1\n'.repeat(40)}`), undefined],
  ['UTF-16LE', Buffer.from(`\ufeff${'grüße 1\n'.repeat(40)}`, 'utf16le'), 'UTF-16LE'],
  ['UTF-16BE', Buffer.from(`\ufeff${'grüße 1\n'.repeat(40)}`, 'utf16le').swap16(), 'UTF-16BE'],
  ['UTF-16LE without a mark', Buffer.from('grüße 1\n'.repeat(40), 'utf16le'), 'UTF-16LE'],
  ['UTF-16BE without a mark', Buffer.from('grüße 1\n'.repeat(40), 'utf16le').swap16(), 'UTF-16BE'],
])('makes %s text in UTF-8, wherever its pieces are cut', async (_, bytes, encoding) => {
  for (const size of [1, 7, 1000]) {
    const { chunks, from } = await inUtf8(pieces(bytes, size));
    expect(await textOf(chunks)).toBe('grüße 1\n'.repeat(40));
    expect(from).toBe(encoding);
  }
});

it('leaves bytes that are no text as they are', async () => {
  const bytes = Buffer.from(Array.from({ length: 600 }, (_, at) => (at * 7919) % 256));
  const { chunks, from } = await inUtf8(pieces(bytes, 100));
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  expect(Buffer.concat(parts)).toEqual(bytes);
  expect(from).toBeUndefined();
});

it('fails where a gzip stream is cut', async () => {
  const cut = gzipSync('x'.repeat(100_000)).subarray(0, 60);
  await expect(inflated(pieces(cut, 7)).then(textOf)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
});

it('reads a file, and tells it from a directory and from nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-input-'));
  const file = join(folder, 'file');
  writeFileSync(file, 'content');
  expect(await textOf(fileChunks(file))).toBe('content');
  expect(await readability(file)).toBe('readable');
  expect(await readability(folder)).toBe('directory');
  expect(await readability(join(folder, 'nothing'))).toBe('missing');
});
