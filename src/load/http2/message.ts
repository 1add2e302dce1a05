/** A request's HTTP/1.1 bytes as the header fields and the body of HTTP/2 (RFC 9113, 8.3). */
import type { OutgoingHttpHeaders } from 'node:http2';
import type { LoadPlan } from '../../model/load.ts';
import type { WireRequest } from '../requests/wire-request.ts';

/** What `request` of a `ClientHttp2Session` takes; `body` is undefined when there is none to send. */
export interface H2Message {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
}

/** What sessions to one target need to know of it. */
export interface H2Target {
  /** Scheme and authority. */
  readonly origin: string;
  /** The message of a request, made once: all arrivals with the same bytes share one. */
  readonly messageOf: (request: WireRequest) => H2Message;
}

/** The target of a plan. */
export function h2Target({ host, port, tls }: Pick<LoadPlan, 'host' | 'port' | 'tls'>): H2Target {
  const scheme = tls ? 'https' : 'http';
  const made = new WeakMap<WireRequest, H2Message>();
  return {
    origin: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    messageOf(request) {
      const known = made.get(request);
      if (known) return known;
      const message = h2Message(request.bytes, scheme);
      made.set(request, message);
      return message;
    },
  };
}

function h2Message(bytes: Buffer, scheme: string): H2Message {
  const end = bytes.indexOf('\r\n\r\n');
  // One character per byte, as node:http2 writes header fields.
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method, path] = first.split(' ');
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const authority = fields.get('host')?.[0];
  fields.delete('host');
  const body = bytes.subarray(end + 4);
  return {
    headers: {
      ':method': method,
      ':path': path,
      ':scheme': scheme,
      ':authority': authority,
      ...Object.fromEntries([...fields].map(([name, values]) => [name, values.length > 1 ? values : values[0]])),
    },
    body: body.length > 0 ? body : undefined,
  };
}
