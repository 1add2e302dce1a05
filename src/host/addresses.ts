/** The addresses behind a name of this machine, and which of them take connections. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';

/** All addresses of a name; rejects when it has none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** One that does not answer within this time is not used; loopback addresses answer or refuse at once. */
const probeMs = 1000;

/** As the system resolves names, hosts file included; an address stands for itself. */
export const systemLookup: Lookup = async (name) => {
  if (isIP(name) !== 0) return [name];
  return [...new Set((await lookup(name, { all: true })).map(({ address }) => address))];
};

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
