/** Listening TCP sockets as Linux lists them under /proc/net, and the processes that hold them; empty where there is no /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processIds } from './processes.ts';

/** One listening socket; `address` is `0.0.0.0` or `::` for all addresses, and `(IPv6)` for IPv6 addresses that are not loopback. */
export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** Those of this process's network namespace. */
export function listeningSockets(): ListeningSocket[] {
  return readTables('/proc/net');
}

/** Those that a process holds, in the network namespace it is in; empty when its descriptors cannot be read. */
export function socketsOf(pid: number): ListeningSocket[] {
  const held = new Set(descriptors(pid));
  if (held.size === 0) return [];
  return readTables(`/proc/${pid}/net`).filter(({ inode }) => held.has(`socket:[${inode}]`));
}

/** The process that holds a socket; undefined when it belongs to another user. */
export function socketOwner({ inode }: ListeningSocket): number | undefined {
  return processIds().find((pid) => descriptors(pid).includes(`socket:[${inode}]`));
}

/** Whether a process is in this process's network namespace, so that its loopback addresses are ours. */
export function sharesNetwork(pid: number): boolean {
  const own = linkTarget('/proc/self/ns/net');
  return own !== '' && linkTarget(`/proc/${pid}/ns/net`) === own;
}

/** State 0A is LISTEN; addresses are in host byte order (proc_pid_net(5)). */
function readTables(folder: string): ListeningSocket[] {
  return [`${folder}/tcp`, `${folder}/tcp6`].flatMap((path) =>
    readLines(path).flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = '', portHex = ''] = (fields[1] ?? '').split(':');
      if (fields[3] !== '0A') return [];
      return [{ address: formatAddress(address), port: Number.parseInt(portHex, 16), inode: fields[9] ?? '' }];
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
  if (/^0{24}01000000$/.test(hex)) return '::1';
  // An IPv4 address mapped into IPv6 ends in its four bytes.
  const mapped = /^0{16}FFFF0000(.{8})$/.exec(hex)?.[1];
  return mapped ? formatAddress(mapped) : '(IPv6)';
}

function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkTarget(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
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
