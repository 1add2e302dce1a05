/** A TCP server whose answers a test writes byte by byte. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** One request as the server got it: its text, its number over all connections and on its own (from 1), and its socket. */
export interface RawRequest {
  readonly text: string;
  readonly nth: number;
  readonly nthOnSocket: number;
  readonly socket: Socket;
}

/** A running server; `close` also destroys its connections. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly string[];
  readonly connections: number;
}

/** Where a server listens when it is not a free port of 127.0.0.1 without TLS. */
interface RawServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly socket?: string;
  readonly tls?: TlsOptions;
}

/** Starts a server that calls `answer` for each request without a body; the port is free on 127.0.0.1. */
export async function startRawServer(
  answer: (request: RawRequest) => void,
  { host = '127.0.0.1', port: at = 0, socket: path, tls }: RawServerOptions = {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const serve = (socket: Socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    let nthOnSocket = 0;
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end + 4);
        text = text.slice(end + 4);
        requests.push(request);
        answer({ text: request, nth: requests.length, nthOnSocket: ++nthOnSocket, socket });
      }
    });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  if (path === undefined) server.listen(at, host);
  else server.listen(path);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * A port of 127.0.0.1 on which nothing listens. A connection from it is held as long as the test's process lives: so nobody is given this
 * port who asks for any, as other tests beside this one do; who asks for this very port has it.
 */
export async function refusingPort(): Promise<number> {
  const free = createServer().listen(0, '127.0.0.1');
  const other = createServer().listen(0, '127.0.0.1').unref();
  await Promise.all([once(free, 'listening'), once(other, 'listening')]);
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const at = { host: '127.0.0.1', port: (other.address() as AddressInfo).port };
  const holder = connect({ ...at, localAddress: '127.0.0.1', localPort: port }).unref();
  await once(holder, 'connect');
  return port;
}

/** A whole response with this status and body. */
export function response(status: number, body = 'ok', headers: readonly string[] = []): string {
  return [`HTTP/1.1 ${status} Some`, `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n');
}
