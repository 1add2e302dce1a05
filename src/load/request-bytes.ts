/** A request of a scenario as the bytes that go over the wire. */
import type { RequestSpec } from '../model/scenario.ts';

/** What stands above the body. */
type RequestHead = Pick<RequestSpec, 'method' | 'path' | 'headers'>;

/** The request as HTTP/1.1; a header that the user gave is never added a second time. */
export function requestBytes(request: RequestHead, body: Uint8Array, host: string, port: number): Buffer {
  const given = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  const lines = [`${request.method} ${request.path} HTTP/1.1`];
  if (!given.has('host')) lines.push(`Host: ${host.includes(':') ? `[${host}]` : host}:${port}`);
  if (!given.has('user-agent')) lines.push('User-Agent: rampart');
  for (const [name, value] of Object.entries(request.headers)) lines.push(`${name}: ${value}`);
  const isFramed = given.has('content-length') || given.has('transfer-encoding');
  const expectsBody = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
  if (!isFramed && (body.length > 0 || expectsBody)) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}
