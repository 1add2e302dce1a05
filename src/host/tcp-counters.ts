/** What Linux counts of TCP in a network namespace (/proc/PID/net/snmp and netstat; Linux Documentation/networking/snmp_counter.rst). */

/** Counts since the namespace was made; undefined where the kernel has no such counter. */
export interface TcpCounters {
  /** Connections that were refused a place in a full accept queue. */
  readonly listenOverflows: number | undefined;
  readonly retransmits: number | undefined;
  /** Connections that were begun from here. */
  readonly dials: number | undefined;
  /** Connections that were begun, from here or from elsewhere, and refused or given up. */
  readonly failedDials: number | undefined;
  /** Connections that came from elsewhere. */
  readonly accepts: number | undefined;
}

/** Of both texts: each group is a line of names and a line of numbers, both with the group before them. */
export function parseTcpCounters(snmp: string, netstat: string): TcpCounters {
  const tcp = group(snmp, 'Tcp');
  const more = group(netstat, 'TcpExt');
  return {
    listenOverflows: more.get('ListenOverflows'),
    retransmits: tcp.get('RetransSegs'),
    dials: tcp.get('ActiveOpens'),
    failedDials: tcp.get('AttemptFails'),
    accepts: tcp.get('PassiveOpens'),
  };
}

function group(text: string, name: string): ReadonlyMap<string, number> {
  const [names = [], numbers = []] = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.trim().split(/\s+/).slice(1));
  const pairs = names.map((one, index): [string, number] => [one, Number(numbers[index] ?? Number.NaN)]);
  return new Map(pairs.filter(([, number]) => number >= 0 && Number.isFinite(number)));
}
