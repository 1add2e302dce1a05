/** The tables of TCP sockets, as Linux writes them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWildcard, parseTcpTable } from '../../src/host/tcp-table.ts';

const v4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 00000000:07E8 00000000:0000 0A 00000000:00000006 00:00000000 00000000     0        0 1142 1 00000000a90fd616 100 0 0 10 0                      
   1: 0100007F:AFD3 0100007F:07E8 01 00000010:00000020 01:00000014 00000000  1000        0 4694704 4 000000002fff870f 20 4 30 10 -1                  
 123: 0100007F:07E8 0100007F:AFD4 06 00000000:00000000 03:00000A5C 00000000     0        0 0 3 0000000000000000                                      
12345: 0100007F:07E8 0100007F:AFD5 03 00000000:00000000 01:0000000A 00000000     0        0 0 1 0000000000000000                                    
`;
const v6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 88 1 0000000000000000 100 0 0 10 0
   1: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C000 08 00000000:00000001 00:00000000 00000000     0        0 89 1 0000000000000000 20 4 30 10 -1
`;

describe('parseTcpTable', () => {
  it('reads IPv4, whoever holds the socket', () => {
    expect(parseTcpTable(v4)).toEqual([
      {
        address: '00000000',
        port: 2024,
        peerAddress: '00000000',
        peerPort: 0,
        state: '0A',
        receiveQueue: 6,
        inode: '1142',
      },
      {
        address: '0100007F',
        port: 45011,
        peerAddress: '0100007F',
        peerPort: 2024,
        state: '01',
        receiveQueue: 32,
        inode: '4694704',
      },
      {
        address: '0100007F',
        port: 2024,
        peerAddress: '0100007F',
        peerPort: 45012,
        state: '06',
        receiveQueue: 0,
        inode: '0',
      },
      {
        address: '0100007F',
        port: 2024,
        peerAddress: '0100007F',
        peerPort: 45013,
        state: '03',
        receiveQueue: 0,
        inode: '0',
      },
    ]);
  });

  it('reads IPv6, and takes an IPv4 address within for what it is', () => {
    const [listener, connection] = parseTcpTable(v6);
    expect(isWildcard(listener?.address ?? '')).toBe(true);
    expect(connection).toEqual({
      address: '0100007F',
      port: 8080,
      peerAddress: '0100007F',
      peerPort: 49152,
      state: '08',
      receiveQueue: 1,
      inode: '89',
    });
  });

  it('reads back any row that the kernel could print', () => {
    const hex = (digits: number) =>
      fc.nat({ max: 2 ** Math.min(31, 4 * digits) - 1 }).map((n) => n.toString(16).toUpperCase().padStart(digits, '0'));
    const row = fc.record({
      index: fc.nat(),
      address: hex(8),
      port: hex(4),
      state: hex(2),
      queue: hex(8),
      uid: fc.nat(),
      inode: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const text = rows.map(
          ({ index, address, port, state, queue, uid, inode }) =>
            `${`${index}`.padStart(4)}: ${address}:${port} 00000000:0000 ${state} 00000000:${queue} 00:00000000 00000000 ${`${uid}`.padStart(5)} ${'0'.padStart(8)} ${inode} 1 0000000000000000 100 0 0 10 0`,
        );
        expect(parseTcpTable(text.join('\n'))).toEqual(
          rows.map(({ address, port, state, queue, inode }) => ({
            address,
            port: Number.parseInt(port, 16),
            peerAddress: '00000000',
            peerPort: 0,
            state,
            receiveQueue: Number.parseInt(queue, 16),
            inode: `${inode}`,
          })),
        );
      }),
    );
  });

  it('makes nothing of what is no table', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseTcpTable(text)).toEqual([]);
      }),
    );
  });
});
