/** Loopback addresses and ports: is one free, and if not, who holds it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandLine, processIds } from './processes.ts';

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

/** Who listens on a port of an IPv4 address or of all addresses: `pid 123 (node server.js) on 0.0.0.0:8080`; undefined when it cannot be seen. */
export function portHolder(address: string, port: number): string | undefined {
  for (const { local, inode } of listeners(port)) {
    if (local !== address && local !== '0.0.0.0' && local !== '::') continue;
    const pid = socketOwner(inode);
    const where = `${local.includes(':') ? `[${local}]` : local}:${port}`;
    if (pid === undefined) return `another user's process on ${where}`;
    return `pid ${pid} (${commandLine(pid).slice(0, 80)}) on ${where}`;
  }
  return undefined;
}

/** True for names and addresses that only this machine can reach: 127.0.0.0/8, ::1, localhost. */
export function isLoopbackHost(host: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(host) || ['localhost', '[::1]', '::1'].includes(host.toLowerCase());
}

/** Listening sockets on a port, from /proc/net/tcp and tcp6 (state 0A, addresses in host byte order). */
function listeners(port: number): { local: string; inode: string }[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) =>
    readLines(path).flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = '', portHex = ''] = (fields[1] ?? '').split(':');
      if (fields[3] !== '0A' || Number.parseInt(portHex, 16) !== port) return [];
      return [{ local: formatAddress(address), inode: fields[9] ?? '' }];
    }),
  );
}

function formatAddress(hex: string): string {
  if (hex.length === 8)
    return (hex.match(/../g) ?? [])
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  if (/^0+$/.test(hex)) return '::';
  // An IPv4 address mapped into IPv6 ends in its four bytes.
  const mapped = /^0{16}FFFF0000(.{8})$/.exec(hex)?.[1];
  return mapped ? formatAddress(mapped) : '(IPv6)';
}

function socketOwner(inode: string): number | undefined {
  return processIds().find((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => linkTarget(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
    } catch {
      return false;
    }
  });
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}
