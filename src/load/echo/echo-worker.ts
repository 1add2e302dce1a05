/** The thread of an echo: answers every request at once, and knows nothing of HTTP beyond the end of a head; on another port it says back whatever it hears. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** With the headers that a Go server sends. */
const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nok',
);

/** One request at a time and no bodies come here, so what ends like a head is the end of one. */
const requests = serve((socket, bytes) => {
  if (bytes.subarray(-4).equals(Buffer.from('\r\n\r\n'))) socket.write(answer);
});
const stamps = serve((socket, bytes) => void socket.write(bytes));

parentPort?.postMessage({ port: await portOf(requests), stampPort: await portOf(stamps) });

function serve(heard: (socket: Socket, bytes: Buffer) => void): Server {
  return createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes) => heard(socket, bytes));
    socket.on('error', () => socket.destroy());
  });
}

async function portOf(server: Server): Promise<number> {
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 });
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
