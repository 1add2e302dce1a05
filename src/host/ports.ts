/** Ports on addresses of this machine: is one free, and if not, who holds it. */
import { createServer } from 'node:net';
import { commandLine } from './processes.ts';
import { listeningSockets, socketOwner } from './sockets.ts';

/** Whether a TCP port can be bound on an address right now; rejects when the address itself cannot be used. */
export function isPortFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Who listens on a port of an IPv4 address or of all addresses: `pid 123 (node server.js) on 0.0.0.0:8080`; undefined when it cannot be
 * seen.
 */
export function portHolder(address: string, port: number): string | undefined {
  for (const socket of listeningSockets()) {
    const { address: local } = socket;
    if (socket.port !== port || (local !== address && local !== '0.0.0.0' && local !== '::')) continue;
    const pid = socketOwner(socket);
    const where = `${local.includes(':') ? `[${local}]` : local}:${port}`;
    if (pid === undefined) return `another user's process on ${where}`;
    return `pid ${pid} (${commandLine(pid).slice(0, 80)}) on ${where}`;
  }
  return undefined;
}
