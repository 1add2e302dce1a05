/** The addresses behind a name of this machine, and which of them take connections. */
import { lookup as lookUp } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { connect, isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLocalhost, isLoopback } from './loopback.ts';

/** All addresses of a name; rejects when it has none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** Whether a host is an address already, and no name. */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** One that does not answer within this time is not used; loopback addresses answer or refuse at once. */
const probeMs = 1000;

const localhost = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * As the system resolves names, hosts file included; an address stands for itself. Names under localhost are loopback, and no server is
 * asked about them (RFC 6761, 6.3).
 */
export const systemLookup: Lookup = async (name) => {
  if (isAddress(name)) return [name];
  if (isUnderLocalhost(name)) return localhost.map(({ address }) => address);
  return [...new Set((await lookup(name, { all: true })).map(({ address }) => address))];
};

/** The same for connections that Node opens by name. */
export const socketLookup: LookupFunction = (hostname, options, callback) => {
  if (!isUnderLocalhost(hostname)) lookUp(hostname, options, callback);
  else if (options.all) callback(null, localhost);
  else callback(null, '127.0.0.1', 4);
};

/** Of `localhost` itself the hosts file of the system tells. */
function isUnderLocalhost(name: string): boolean {
  return isLocalhost(name) && /^[^.]+\.[^.]/.test(name);
}

/** Whether an address is one of this machine, so that what is sent there meets no network. */
export function isOwnAddress(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((each = []) => each.map((one) => one.address));
  return isLoopback(address) || own.includes(address);
}

/** Whether an address takes a TCP connection on a port right now. */
export function takesConnections(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (isTaken: boolean) => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.setTimeout(probeMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
