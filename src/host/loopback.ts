/** What is loopback: the hosts that load may go to without asking anybody. */
import { BlockList, isIP } from 'node:net';

const addresses = new BlockList();
addresses.addSubnet('127.0.0.0', 8, 'ipv4');
addresses.addAddress('::1', 'ipv6');

/**
 * True for names and addresses that only this machine can reach: 127.0.0.0/8 (RFC 1122), also as IPv6 writes it (::ffff:127.0.0.1, RFC 4291),
 * ::1, localhost and every name under it (RFC 6761, 6.3). What only begins like an address, `127.example.com` or `127.999.0.1`, is a name
 * that can stand for any machine.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  // An address with a zone is of one link, and BlockList does not read it.
  if (family === 0 || bare.includes('%')) return isLocalhost(bare);
  return addresses.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/** `localhost`, or a name under it, with or without the dot of the root. */
export function isLocalhost(name: string): boolean {
  return /^(?:[^.]+\.)*localhost\.?$/i.test(name);
}
