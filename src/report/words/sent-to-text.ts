/** Where load went beyond loopback and the ports of a topology, and by whose consent, as sentences. */
import type { RunResult } from '../../model/run-result.ts';
import type { SentTo } from '../../model/sent-to.ts';
import { formatLatencyUs } from '../../model/units.ts';

/** Of a run that is over; undefined where load needed nobody's consent, and met no network. */
export function sentToText({
  environment: { sentTo },
  steps,
}: Pick<RunResult, 'environment' | 'steps'>): string | undefined {
  const where = sentToSentence(sentTo, 'went');
  const connects = steps.flatMap(({ phases }) => (phases && phases.connectUs.count > 0 ? [phases.connectUs.p50] : []));
  if (where === undefined || !sentTo?.isRemote || connects.length === 0) return where;
  return `${where} To open a connection, which is one round trip, took ${formatLatencyUs(Math.min(...connects))} (p50).`;
}

/** The same of the place alone, before or after. */
export function sentToSentence(sentTo: SentTo | undefined, verb: 'goes' | 'went'): string | undefined {
  if (!sentTo || (!sentTo.isRemote && !sentTo.allowedBy)) return undefined;
  const { allowedBy = [], isRemote } = sentTo;
  const entries = allowedBy.map(({ host, reason }) => (reason === undefined ? host : `${host} (${reason})`));
  const consent = entries.length > 0 ? `, allowed by target.allow: ${entries.join(', ')}` : '';
  const network =
    ' That is another machine: the network is part of every response time, and what is said of the generator and of this host does not cover it.';
  return `Load ${verb} to ${sentToPlaces(sentTo)}${consent}.${isRemote ? network : ''}`;
}

/** `shop.example:80 (192.0.2.7:80)`. */
export function sentToPlaces({ host, addresses }: SentTo): string {
  const others = addresses.filter((address) => address !== host);
  return others.length > 0 ? `${host} (${others.join(', ')})` : host;
}
