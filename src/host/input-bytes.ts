/** The bytes of a file or stream in pieces, inflated when they are gzip, with a look at the first ones. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { errorCode } from './files.ts';

/** Bytes in pieces. */
export type Chunks = AsyncIterable<Uint8Array>;

const pieceBytes = 256 * 1024;

/** The bytes of a file, a piece at a time. */
export function fileChunks(path: string): Chunks {
  return createReadStream(path, { highWaterMark: pieceBytes });
}

/** What is under a path: something to read, or why not, in words. */
export async function readability(path: string): Promise<'readable' | 'missing' | 'directory' | 'forbidden'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'readable';
  } catch (error) {
    return errorCode(error) === 'EACCES' ? 'forbidden' : 'missing';
  }
}

/** The first bytes, at least `length` where there are as many, and all of them again from the beginning. */
export async function peek(chunks: Chunks, length: number): Promise<{ readonly head: Buffer; readonly all: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let held = 0; held < length; ) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    held += next.value.length;
  }
  async function* all() {
    yield* first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head: Buffer.concat(first), all: all() };
}

/** The same bytes, inflated when they begin like gzip; a stream that is damaged or cut fails where it is. */
export async function inflated(chunks: Chunks): Promise<Chunks> {
  const { head, all } = await peek(chunks, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return all;
  const source = Readable.from(all, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  source.once('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}
