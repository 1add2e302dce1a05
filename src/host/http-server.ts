/** Small HTTP servers, on a loopback address unless another was asked for: metrics and page of a run, and profiles. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { environmentError } from '../model/errors.ts';
import { portHolder } from './ports.ts';

/** A server that is listening. */
export interface ListeningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Where to listen, and the flag that says so; port 0 takes any free one. */
export interface ListenPlace {
  readonly port: number;
  /** With what another port is chosen, such as `--metrics-port PORT`. */
  readonly flag: string;
  /** The address to listen on; 127.0.0.1 where it is left out. */
  readonly host?: string;
  /** So many connections at a time; the rest is turned away. */
  readonly mostConnections?: number;
  /** A request that has not come whole in this time is given up. */
  readonly requestTimeoutMs?: number;
}

/** More than people and their browsers open; the rest is turned away. */
const mostConnections = 200;

/** Takes a connection whose request asks for another protocol. */
type TakeUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Hands every request to `handle`; rejects with an environment error when the port cannot be listened on. */
export function listen(
  place: ListenPlace,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  upgrade?: TakeUpgrade,
): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    // Whoever asked has gone: nobody is left to tell.
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    handle(request, response);
  });
  if (upgrade) server.on('upgrade', upgrade);
  const { port, host = '127.0.0.1' } = place;
  server.maxConnections = place.mostConnections ?? mostConnections;
  server.requestTimeout = place.requestTimeoutMs ?? server.requestTimeout;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notListening({ ...place, host }, error)));
    server.listen(port, host, () =>
      resolve({
        url: `http://${isIPv6(host) ? `[${host}]` : host}:${portOf(server)}`,
        close: () => close(server, upgrade !== undefined),
      }),
    );
  });
}

function notListening(
  { port, host, flag }: ListenPlace & { readonly host: string },
  error: NodeJS.ErrnoException,
): Error {
  const holder = error.code === 'EADDRINUSE' ? portHolder(host, port) : undefined;
  const why = holder === undefined ? error.message : `${holder} listens there`;
  return environmentError('port-taken', `port ${port} on ${host} cannot be listened on: ${why}`, wayOut(), error);

  function wayOut(): string {
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
      return `${host} is no address of this machine; 127.0.0.1 is, and 0.0.0.0 stands for all that it has.`;
    const rule = error.code === 'EACCES' ? 'Ports below 1024 are for root; choose' : 'Choose';
    return `${rule} another with ${flag}; 0 takes any free one.`;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Connections that were handed over to whoever takes upgrades stay, and a server that has some is never wholly closed. */
function close(server: Server, hasUpgrades: boolean): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
    if (hasUpgrades) resolve();
  });
}
