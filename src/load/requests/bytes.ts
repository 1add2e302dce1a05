/** A request of a scenario as the bytes that go over the wire. */
import type { LoadPlan } from '../../model/load.ts';
import type { RequestSpec } from '../../model/scenario.ts';

/** What stands above the body. */
type RequestHead = Pick<RequestSpec, 'method' | 'path' | 'headers'>;

const chunkBytes = 16 * 1024;

/** The request as HTTP/1.1; a header that the user gave is never added a second time, and one for chunks is kept by sending some. */
export function requestBytes(
  request: RequestHead,
  body: Uint8Array,
  address: Pick<LoadPlan, 'host' | 'port' | 'tls'>,
): Buffer {
  const given = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  const lines = [`${request.method} ${request.path} HTTP/1.1`];
  if (!given.has('host')) lines.push(`Host: ${authorityOf(address)}`);
  if (!given.has('user-agent')) lines.push('User-Agent: rampart');
  for (const [name, value] of Object.entries(request.headers)) lines.push(`${name}: ${value}`);
  const isChunked = given.has('transfer-encoding');
  const expectsBody = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
  if (!isChunked && !given.has('content-length') && (body.length > 0 || expectsBody))
    lines.push(`Content-Length: ${body.length}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  return Buffer.concat(isChunked ? [head, ...chunksOf(body)] : [head, body]);
}

/** The host, and its port unless the scheme says it, as curl and Go write it (RFC 9110, 4.2.3). */
function authorityOf({ host, port, tls }: Pick<LoadPlan, 'host' | 'port' | 'tls'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}

/** A body in chunks, and the last, empty one (RFC 9112, 7.1). */
function chunksOf(body: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < body.length; from += chunkBytes) {
    const chunk = body.subarray(from, from + chunkBytes);
    pieces.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return [...pieces, Buffer.from('0\r\n\r\n')];
}
