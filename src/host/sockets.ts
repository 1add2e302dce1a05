/** TCP sockets as Linux lists them under /proc, and the processes that hold them; empty where there is no /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { processIds } from './processes.ts';
import { parseTcpCounters, type TcpCounters } from './tcp-counters.ts';
import { isWildcard, parseTcpTable, type TcpSocket, tcpStates } from './tcp-table.ts';

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

/** Of these the one that takes connections to an address: the kernel prefers one on the address itself before one on all addresses. */
export function answering(
  sockets: readonly ListeningSocket[],
  address: string,
  port: number,
): ListeningSocket | undefined {
  const open = sockets.filter((socket) => socket.port === port);
  return open.find((socket) => socket.address === address) ?? open.find((socket) => isEverywhere(socket));
}

function isEverywhere({ address }: ListeningSocket): boolean {
  return address === '0.0.0.0' || address === '::';
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

/** The processes that hold these sockets, by inode, found in one pass; without those of other users. */
export function socketOwners(sockets: readonly ListeningSocket[]): ReadonlyMap<string, number> {
  const wanted = new Map(sockets.map(({ inode }) => [`socket:[${inode}]`, inode]));
  const owners = new Map<string, number>();
  for (const pid of processIds())
    for (const descriptor of descriptors(pid)) {
      const inode = wanted.get(descriptor);
      if (inode !== undefined && !owners.has(inode)) owners.set(inode, pid);
    }
  return owners;
}

/** Whether a process is in this process's network namespace, so that its loopback addresses are ours. */
export function sharesNetwork(pid: number): boolean {
  const own = networkOf('self');
  return own !== undefined && networkOf(pid) === own;
}

/** The network namespace of a process (`net:[4026531840]`); undefined when it has ended or belongs to another user. */
export function networkOf(pid: number | 'self'): string | undefined {
  return linkTarget(`/proc/${pid}/ns/net`) || undefined;
}

/** All processes that can be seen, by their network namespace. */
export function processesByNetwork(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const pid of processIds()) {
    const network = networkOf(pid);
    if (network) found.set(network, [...(found.get(network) ?? []), pid]);
  }
  return found;
}

/** Every TCP socket of the network namespace that a process is in; rejects when it has ended. */
export async function tcpSocketsOf(pid: number): Promise<TcpSocket[]> {
  const text = async (table: string) => await readFile(`/proc/${pid}/net/${table}`, 'latin1');
  const [v4, v6] = await Promise.all([text('tcp'), text('tcp6').catch(() => '')]);
  return [...parseTcpTable(v4), ...parseTcpTable(v6)];
}

/** What was counted in the network namespace that a process is in; empty when it has ended. */
export function tcpCountersOf(pid: number | 'self'): TcpCounters {
  return parseTcpCounters(readText(`/proc/${pid}/net/snmp`), readText(`/proc/${pid}/net/netstat`));
}

/** Descriptors that are read without letting others run in between, about 5 ms. */
const descriptorsAtOnce = 1000;

/** The inodes of the sockets that a process holds; undefined when its descriptors may not be read, or it has ended. */
export async function heldSockets(pid: number): Promise<ReadonlySet<string> | undefined> {
  const held = new Set<string>();
  try {
    for (const [index, fd] of readdirSync(`/proc/${pid}/fd`).entries()) {
      if (index % descriptorsAtOnce === descriptorsAtOnce - 1) await setImmediate();
      const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) held.add(inode);
    }
  } catch {
    return undefined;
  }
  return held;
}

/** Those that listen; addresses are in host byte order. */
function readTables(folder: string): ListeningSocket[] {
  return [`${folder}/tcp`, `${folder}/tcp6`].flatMap((path) =>
    parseTcpTable(readText(path)).flatMap(({ state, address, port, inode }) =>
      state === tcpStates.listen ? [{ address: formatAddress(address), port, inode }] : [],
    ),
  );
}

function formatAddress(hex: string): string {
  if (hex.length === 8)
    return (hex.match(/../g) ?? [])
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  if (isWildcard(hex)) return '::';
  return /^0{24}01000000$/.test(hex) ? '::1' : '(IPv6)';
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

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
