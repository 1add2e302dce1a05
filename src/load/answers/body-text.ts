/** The text of an answer's body, its content codings taken off. */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Answer, fieldNamed, mostBodyBytes } from './answer.ts';

/** A body as text, and how long it is without its content codings. */
export interface BodyText {
  readonly text: string;
  readonly bytes: number;
  readonly wasEncoded: boolean;
}

type Decode = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

const decoders: Readonly<Record<string, Decode>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** The text of a kept body; throws an Error whose message says why there is none. */
export function bodyText(answer: Answer): BodyText {
  const { body } = answer;
  if (!body) throw new Error(tooLong);
  const codings = codingsOf(answer);
  const bytes = codings.reduceRight(decoded, body);
  return { text: bytes.toString('utf8').replace(/^\uFEFF/, ''), bytes: bytes.length, wasEncoded: codings.length > 0 };
}

const tooLong = `body is longer than ${mostBodyBytes / 1024 / 1024} MiB`;

/** In the order in which they were put on (RFC 9110, 8.4). */
function codingsOf(answer: Answer): string[] {
  const written = fieldNamed(answer, 'content-encoding') ?? '';
  return written
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

function decoded(bytes: Buffer, coding: string): Buffer {
  const decode = decoders[coding];
  if (!decode) throw new Error('body has a content coding that rampart cannot take off');
  if (bytes.length === 0) return bytes;
  try {
    return decode(bytes, { maxOutputLength: mostBodyBytes });
  } catch (error) {
    const isTooLong = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw new Error(isTooLong ? tooLong : `body is no ${coding}, although it says so`, { cause: error });
  }
}
