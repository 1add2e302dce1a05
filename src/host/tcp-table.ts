/** The tables /proc/PID/net/tcp and tcp6 of a network namespace (proc_pid_net(5); Linux net/ipv4/tcp_ipv4.c, get_tcp4_sock). */

/** States that rampart asks for, as the table has them (include/net/tcp_states.h). */
export const tcpStates = {
  established: '01',
  synSent: '02',
  timeWait: '06',
  closeWait: '08',
  listen: '0A',
} as const;

/** One socket; addresses are the hexadecimal digits of the table, those of IPv4 within IPv6 as IPv4. */
export interface TcpSocket {
  readonly address: string;
  readonly port: number;
  /** The other end, all zeros where it listens. */
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly state: string;
  /** Of one that listens: connections that wait to be accepted. */
  readonly receiveQueue: number;
  /** `0` where no process holds it: TIME_WAIT, and what was not accepted yet. */
  readonly inode: string;
}

const row =
  /^ *\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) ([0-9A-F]{8,32}):([0-9A-F]{4}) ([0-9A-F]{2}) [0-9A-F]+:([0-9A-F]+) \S+ +\S+ +\d+ +\d+ +(\d+)/gm;

/** An IPv4 address within IPv6, `::ffff:a.b.c.d`, each 32 bits of it in host byte order of little-endian machines. */
const mapped = '0000000000000000FFFF0000';

/** Every socket of the text; lines that are no rows are left out. */
export function parseTcpTable(text: string): TcpSocket[] {
  return [...text.matchAll(row)].map((cells) => {
    const [, address = '', port = '', peerAddress = '', peerPort = '', state = '', receiveQueue = '', inode = ''] =
      cells;
    return {
      address: withoutPrefix(address),
      port: Number.parseInt(port, 16),
      peerAddress: withoutPrefix(peerAddress),
      peerPort: Number.parseInt(peerPort, 16),
      state,
      receiveQueue: Number.parseInt(receiveQueue, 16),
      inode,
    };
  });
}

function withoutPrefix(address: string): string {
  return address.startsWith(mapped) ? address.slice(mapped.length) : address;
}

/** Whether an address stands for all of them. */
export function isWildcard(address: string): boolean {
  return /^0+$/.test(address);
}

/** Whether an address is 127.0.0.0/8 or ::1, in the byte order of the table. */
export function isLoopbackAddress(address: string): boolean {
  return address.length === 8 ? address.endsWith('7F') : /^0{24}01000000$/.test(address);
}
