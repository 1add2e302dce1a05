/** The body of a request, within a limit. */
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** All of its bytes; rejects with an ApiError (413) as soon as there are more than `maxBytes`, and then reads no further. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

/** Whoever still sends must not be read to the end: the connection ends with the answer. */
function tooLarge(maxBytes: number): ApiError {
  return new ApiError(413, `too large: a profile may have ${maxBytes / 2 ** 20} MiB as it is sent`, {
    headers: { connection: 'close' },
  });
}

/** Takes in what is left of a body, so that whoever sends it can read the answer; one that does not end is cut off. */
export function drain(request: IncomingMessage, maxBytes: number): void {
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) request.destroy();
  });
}
