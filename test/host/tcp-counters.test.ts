/** What Linux counts of TCP. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTcpCounters } from '../../src/host/tcp-counters.ts';

const snmp = `Ip: Forwarding DefaultTTL InReceives
Ip: 1 64 60544014
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
Tcp: 1 200 120000 -1 904367 738048 151109 53203 2 60543428 60757211 4526 0 197566 0
UdpLite: InDatagrams
UdpLite: 0
`;
const netstat = `TcpExt: SyncookiesSent ListenOverflows ListenDrops
TcpExt: 3 40 11
MPTcpExt: ListenOverflows
MPTcpExt: 77
`;

it('the counters are found by their names', () => {
  expect(parseTcpCounters(snmp, netstat)).toEqual({
    listenOverflows: 40,
    retransmits: 4526,
    dials: 904367,
    failedDials: 151109,
    accepts: 738048,
  });
});

it('what a kernel does not count is not there', () => {
  expect(parseTcpCounters('Tcp: ActiveOpens PassiveOpens\nTcp: 4\n', '')).toEqual({ dials: 4 });
});

it('no text makes a count that is not one', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('Tcp: ActiveOpens RetransSegs', 'Tcp: -1 x', 'TcpExt: ListenOverflows', 'TcpExt: '),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const counts = Object.values(parseTcpCounters(lines.join('\n'), lines.join('\n')));
      expect(counts.every((count) => count === undefined || count >= 0)).toBe(true);
    }),
  );
});
