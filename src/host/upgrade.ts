/** Raw streams over HTTP/1.1 Upgrade (RFC 9110, 7.8): they pass whatever passes HTTP, such as the pod proxy of a Kubernetes API server. */
import { request as askHttp } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../model/errors.ts';
import { type ListeningServer, type ListenPlace, listen } from './http-server.ts';

/** Where such a stream is opened, and what it then carries. */
export interface UpgradePlace {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** As the Upgrade header names it. */
  readonly protocol: string;
}

/** Opens a stream; rejects within `ms` when nobody answers, or answers otherwise. */
export function dialUpgrade({ host, port, path, protocol }: UpgradePlace, ms: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const request = askHttp({
      host,
      port,
      path,
      agent: false,
      headers: { Connection: 'Upgrade', Upgrade: protocol },
    });
    const fail = (why: string) => {
      request.destroy();
      reject(new Error(why));
    };
    const timer = setTimeout(() => fail(`there was no answer within ${ms / 1000} s`), ms);
    request.on('upgrade', (_response, socket, head) => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on('response', (response) => {
      clearTimeout(timer);
      fail(`it answered with status ${response.statusCode} instead of ${protocol}`);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(messageOf(error)));
    });
    request.end();
  });
}

/**
 * Hands every stream of this protocol that is opened to `take`; what asks for anything else is answered 426, or 404 elsewhere. Streams stay
 * open when the server closes. Rejects with an environment error when the port cannot be listened on.
 */
export function listenForUpgrades(
  place: ListenPlace,
  { path, protocol }: Pick<UpgradePlace, 'path' | 'protocol'>,
  take: (stream: Duplex) => void,
): Promise<ListeningServer> {
  const headers = { Connection: 'close', Upgrade: protocol };
  return listen(
    place,
    (request, response) => {
      response.writeHead(request.url === path ? 426 : 404, headers).end();
    },
    (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (request.url !== path || request.headers.upgrade?.toLowerCase() !== protocol) {
        const status = request.url === path ? '426 Upgrade Required' : '404 Not Found';
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nUpgrade: ${protocol}\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
      if (head.length > 0) socket.unshift(head);
      take(socket);
    },
  );
}
