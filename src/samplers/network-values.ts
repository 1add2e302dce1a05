/** Two looks at what a network namespace has counted to the values of its `net.` series. */
import type { TcpCounters } from '../host/tcp-counters.ts';

/** The counters of one namespace at one moment. */
export interface NetworkLook {
  readonly atUs: number;
  /** Which namespace it is. */
  readonly network: string;
  readonly counters: TcpCounters;
}

const series: Readonly<Record<string, keyof TcpCounters>> = {
  'net.listen_overflows_per_second': 'listenOverflows',
  'net.retransmits_per_second': 'retransmits',
  'net.dials_per_second': 'dials',
  'net.failed_dials_per_second': 'failedDials',
  'net.accepts_per_second': 'accepts',
};

/** Rates over the time between the looks; none in the first, nor when it is another namespace, as after a restart. */
export function networkValues(now: NetworkLook, before: NetworkLook | undefined): Record<string, number> {
  const seconds = before ? (now.atUs - before.atUs) / 1e6 : 0;
  if (!before || seconds <= 0 || now.network !== before.network) return {};
  const values = Object.entries(series).map(([name, counter]): [string, number] => [
    name,
    ((now.counters[counter] ?? Number.NaN) - (before.counters[counter] ?? Number.NaN)) / seconds,
  ]);
  return Object.fromEntries(values.filter(([, value]) => value >= 0));
}
