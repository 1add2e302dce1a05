/** A small HTTP server on a loopback address, for the live metrics of a run. */
import { createServer, type Server } from 'node:http';
import { environmentError, messageOf } from '../model/errors.ts';

/** What one request is answered with. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A server that is listening. */
export interface ListeningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `answer` on 127.0.0.1; rejects with an environment error when the port is taken. Port 0 takes any free one. */
export function serve(port: number, answer: (path: string) => Promise<Answer>): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/').then(
      ({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body),
      (error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(messageOf(error)),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const hint = 'Choose another with --metrics-port; 0 takes any free one.';
      reject(
        environmentError(
          'port-taken',
          `port ${port} on 127.0.0.1 cannot be listened on: ${error.message}`,
          hint,
          error,
        ),
      );
    });
    server.listen(port, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${portOf(server)}`, close: () => close(server) }),
    );
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
