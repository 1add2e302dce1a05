/** The inside of an autocannon client, and the parts of it that the closed engine makes itself. */
import { Socket } from 'node:net';
import type { Client } from 'autocannon';
import { refusedDial } from '../transport/dialer.ts';

/**
 * What autocannon's types leave out of its client (lib/httpClient.js of 9.0.0). To make a request it calls
 * `pipelinedRequests.insertRequest` and writes `requestIterator.currentRequest.requestBuffer`; what comes back goes to `parser.execute`. A timeout clears `pipelinedRequests` and connects anew, as `_resetConnection` does; an error and the end of a connection
 * connect anew as well, and of the end it says nothing. To connect is to make a request.
 */
export interface ClientInside extends Client {
  timeout: number;
  readonly destroyed: boolean;
  /** Read at each connect. */
  readonly opts: { hostname: string; port: number };
  conn: Socket;
  /** Whether it speaks TLS, and whether over a Unix socket. */
  readonly secure: boolean;
  readonly ipc: boolean;
  parser: { execute(chunk: Buffer): void };
  pipelinedRequests: {
    insertRequest(): void;
    clear(): void;
    addByteCount(): void;
  };
  requestIterator: {
    readonly currentRequest: { requestBuffer: Buffer };
    readonly resetted: boolean;
    nextRequest(): void;
  };
  _connect(): void;
  _doRequest(): void;
  _resetConnection(): void;
  destroy(): void;
}

/** What a client tells its owner. */
export interface ClientOwner {
  /** It makes a request: returns the bytes it is to write. */
  requested(): Buffer;
  /** Bytes have come. */
  received(chunk: Buffer): void;
  /** It gives up the connection it has: a timeout, or one of `_resetConnection` and `destroy`. */
  abandoned(): void;
  /** Its connection could not be opened or broke; it connects anew when this returns. */
  broke(error: Error & { syscall?: string; code?: string }): void;
}

/** A client whose dial is refused tries again after so long: in its place a target would take some time to refuse it. */
const refusedMs = 10;

/**
 * Puts the owner's parts in the place of autocannon's, whose parser makes objects of headers that nobody reads, and has it connect only
 * where it may.
 */
export function takeOver(client: ClientInside, owner: ClientOwner, mayDial: (address: string) => boolean): void {
  const currentRequest: ClientInside['requestIterator']['currentRequest'] = { requestBuffer: Buffer.alloc(0) };
  client.parser = { execute: (chunk) => owner.received(chunk) };
  client.requestIterator = { currentRequest, resetted: false, nextRequest: ignore };
  client.pipelinedRequests = {
    insertRequest() {
      currentRequest.requestBuffer = owner.requested();
    },
    clear: () => owner.abandoned(),
    addByteCount: ignore,
  };
  const events: NodeJS.EventEmitter = client;
  events.on('connError', (error: Error) => owner.broke(error));
  const connect = client._connect;
  client._connect = () => {
    if (client.ipc || mayDial(client.opts.hostname)) connect.call(client);
    else refuse(client);
  };
}

/** What `_connect` does (lib/httpClient.js), with a socket that never connects and fails in a moment. */
function refuse(client: ClientInside): void {
  const socket = new NoSocket();
  client.conn = socket;
  socket.on('error', (error) => {
    const events: NodeJS.EventEmitter = client;
    events.emit('connError', error);
    if (!client.destroyed) client._connect();
  });
  client._doRequest();
  setTimeout(() => socket.destroy(refusedDial()), refusedMs);
}

/** Keeps what is written to it to itself. */
class NoSocket extends Socket {
  override _write(): void {}
}

function ignore(): void {}
