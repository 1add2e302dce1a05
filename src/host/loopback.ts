/** What is loopback: the hosts that load may go to without asking anybody. */
import { isIPv4 } from 'node:net';

const names = ['localhost', '[::1]', '::1'];

/**
 * True for names and addresses that only this machine can reach: 127.0.0.0/8 (RFC 1122), ::1 (RFC 4291), localhost (RFC 6761). What only
 * begins like an address, `127.example.com` or `127.999.0.1`, is a name that can stand for any machine.
 */
export function isLoopback(host: string): boolean {
  return (isIPv4(host) && host.startsWith('127.')) || names.includes(host.toLowerCase());
}
