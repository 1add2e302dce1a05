/** A server that writes down every request as it came: HTTP/1.1 byte by byte, or HTTP/2 with its fields in order. */
import { once } from 'node:events';
import {
  createServer as createH2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A request as a server sees it; HTTP/2 has `:authority` as its first header. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** Name and value in turn, in the order they came; values one character per byte. */
  readonly headers: readonly string[];
  /** The body without its framing, one character per byte. */
  readonly body: string;
}

/** A running server, and how often each request came, by its JSON. */
export interface RecordingServer extends AsyncDisposable {
  readonly port: number;
  readonly seen: ReadonlyMap<string, number>;
  /** What could not be read as a request. */
  readonly broken: readonly string[];
}

/** Starts a server on a free port of 127.0.0.1, or on a Unix socket. */
export async function startRecordingServer(http: 1 | 2, socket?: string): Promise<RecordingServer> {
  const seen = new Map<string, number>();
  const broken: string[] = [];
  const record = (request: SeenRequest) => {
    const text = JSON.stringify(request);
    seen.set(text, (seen.get(text) ?? 0) + 1);
  };
  const sockets = new Set<Socket>();
  const server = http === 1 ? http1Server(record, broken) : http2Server(record);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  if (socket === undefined) server.listen(0, '127.0.0.1');
  else server.listen(socket);
  await once(server, 'listening');
  return {
    port: socket === undefined ? (server.address() as AddressInfo).port : 0,
    seen,
    broken,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function http2Server(record: (request: SeenRequest) => void): Http2Server {
  const server = createH2Server();
  server.on('stream', (stream: ServerHttp2Stream, fields: IncomingHttpHeaders, _: number, raw: readonly string[]) => {
    let body = '';
    stream.on('data', (bytes: Buffer) => {
      body += bytes.toString('latin1');
    });
    stream.on('end', () => {
      const headers = raw.filter((_name, index) => !isPseudo(raw[index - (index % 2)] ?? ''));
      const authority = String(fields[':authority']);
      record({
        method: String(fields[':method']),
        target: String(fields[':path']),
        headers: [':authority', authority, ...headers],
        body,
      });
      stream.respond({ ':status': 200 });
      stream.end();
    });
  });
  return server;
}

function isPseudo(name: string): boolean {
  return name.startsWith(':');
}

function http1Server(record: (request: SeenRequest) => void, broken: string[]): Server {
  return createServer((socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let read = readRequest(text); read; read = readRequest(text)) {
        if (typeof read === 'string') {
          broken.push(read);
          return void socket.destroy();
        }
        text = text.slice(read.length);
        record(read.request);
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    });
  });
}

/** The first request of a text and its length; undefined when it is not whole, a text when it is none (RFC 9112). */
function readRequest(text: string): { readonly request: SeenRequest; readonly length: number } | string | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const [, method = '', target = ''] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
  const headers = lines.flatMap((line) => /^([^\s:]+): ?(.*)$/s.exec(line)?.slice(1) ?? ['', line]);
  if (method === '' || (headers.includes('') && lines.some((line) => !line.includes(':'))))
    return `no request: ${JSON.stringify(first)}`;
  const fieldOf = (name: string) =>
    headers.find((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
  const isChunked = fieldOf('transfer-encoding')?.toLowerCase() === 'chunked';
  const rest = text.slice(end + 4);
  const body = isChunked ? readChunks(rest) : readFixed(rest, Number(fieldOf('content-length') ?? 0));
  if (body === undefined || typeof body === 'string') return body;
  return { request: { method, target, headers, body: body.body }, length: end + 4 + body.length };
}

interface ReadBody {
  readonly body: string;
  readonly length: number;
}

function readFixed(text: string, length: number): ReadBody | undefined {
  return text.length < length ? undefined : { body: text.slice(0, length), length };
}

function readChunks(text: string): ReadBody | string | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const size = Number.parseInt(text.slice(at, end), 16);
    if (!(size >= 0)) return `no chunk: ${JSON.stringify(text.slice(at, end))}`;
    if (text.length < end + 4 + size) return undefined;
    body += text.slice(end + 2, end + 2 + size);
    if (text.slice(end + 2 + size, end + 4 + size) !== '\r\n') return 'a chunk without its end';
    at = end + 4 + size;
    if (size === 0) return { body, length: at };
  }
}
