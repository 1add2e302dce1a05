/** Undoes the content codings of an answer (RFC 9110, 8.4). */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { messageOf } from '../model/errors.ts';

type Limit = { maxOutputLength: number };
type Undo = (body: Buffer, limit: Limit) => Promise<Buffer>;

const gzip = promisify<Buffer, Limit, Buffer>(gunzip);
const zlib = promisify<Buffer, Limit, Buffer>(inflate);
const raw = promisify<Buffer, Limit, Buffer>(inflateRaw);

/** What is called deflate is the zlib format, or bare deflate from servers that take the name at its word; the first byte tells. */
const deflate: Undo = (body, limit) => ((body[0] ?? 0) % 16 === 8 ? zlib(body, limit) : raw(body, limit));

const codings: ReadonlyMap<string, Undo> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', deflate],
  ['br', promisify<Buffer, Limit, Buffer>(brotliDecompress)],
]);

/**
 * The body without its codings, of at most `maxBytes`; one that is a gzip file although no header says so is inflated too, unless it is
 * wanted as it is. Rejects with the end of a sentence that begins with the address.
 */
export async function decoded(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
  keepsGzip: boolean,
): Promise<Buffer> {
  const named = (contentEncoding ?? '').split(',').map((name) => name.trim().toLowerCase());
  let plain = body;
  // The last one was applied last.
  for (const name of named.filter((each) => each !== '' && each !== 'identity').reverse()) {
    const undo = codings.get(name);
    if (!undo) {
      const known = [...codings.keys()].join(', ');
      throw new Error(
        `answered with Content-Encoding ${name}, which rampart did not ask for and cannot read (it reads ${known})`,
      );
    }
    plain = await undone(plain, undo, `Content-Encoding ${name}`, maxBytes);
  }
  return isGzip(plain) && !keepsGzip ? await undone(plain, gzip, 'gzip', maxBytes) : plain;
}

async function undone(body: Buffer, undo: Undo, what: string, maxBytes: number): Promise<Buffer> {
  try {
    return await undo(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Error(`answered more than ${maxBytes} bytes once inflated`, { cause: error });
    throw new Error(`answered a body that is no whole ${what}: ${messageOf(error)}`, { cause: error });
  }
}

function isGzip(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}
