/** The bytes of a file or stream in pieces, inflated when they are gzip and UTF-8 when they are UTF-16, with a look at the first ones. */
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

/** More than this many times nobody packs by accident. */
const maxLayers = 3;

/** The same bytes, inflated when they begin like gzip, also more than once; a stream that is damaged or cut fails where it is. */
export async function inflated(chunks: Chunks): Promise<Chunks> {
  let layer = chunks;
  for (let layers = 0; layers < maxLayers; layers += 1) {
    const { head, all } = await peek(layer, 2);
    if (head[0] !== 0x1f || head[1] !== 0x8b) return all;
    layer = gunzipped(all);
  }
  return layer;
}

function gunzipped(chunks: Chunks): Chunks {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  source.once('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

/** Bytes whose text is UTF-8 without a byte order mark, and the encoding that they had before, if it was another. */
export interface DecodedChunks {
  readonly chunks: Chunks;
  readonly from: 'UTF-16LE' | 'UTF-16BE' | undefined;
}

/** The same text in UTF-8: without the mark that some editors and shells put first, and made of UTF-16 where it is that. */
export async function inUtf8(chunks: Chunks): Promise<DecodedChunks> {
  const { head, all } = await peek(chunks, encodingBytes);
  const from = utf16Of(head);
  return { chunks: from ? transcoded(all, from) : withoutMark(all, head), from };
}

/** Bytes that tell an encoding without a byte order mark. */
const encodingBytes = 256;
/** The share of ASCII characters that text of a log has at least, in UTF-16 with a zero beside each. */
const asciiShare = 0.6;

function utf16Of(head: Buffer): DecodedChunks['from'] {
  if (head[0] === 0xff && head[1] === 0xfe) return 'UTF-16LE';
  if (head[0] === 0xfe && head[1] === 0xff) return 'UTF-16BE';
  const pairs = Math.min(head.length, encodingBytes) >> 1;
  let [little, big] = [0, 0];
  for (let at = 0; at < pairs; at += 1) {
    const [first = 0, second = 0] = [head[2 * at], head[2 * at + 1]];
    little += Number(isText(first) && second === 0);
    big += Number(first === 0 && isText(second));
  }
  if (pairs < 8 || Math.max(little, big) < pairs * asciiShare) return undefined;
  return little > big ? 'UTF-16LE' : 'UTF-16BE';
}

function isText(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
}

async function* transcoded(chunks: Chunks, from: NonNullable<DecodedChunks['from']>): Chunks {
  const decoder = new TextDecoder(from);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* withoutMark(chunks: Chunks, head: Buffer): Chunks {
  let left = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    yield skipped === 0 ? chunk : chunk.subarray(skipped);
  }
}
