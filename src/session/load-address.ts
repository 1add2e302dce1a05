/** Where the load is sent: the scenario's target looked up in the topology that is up. */
import { type Lookup, systemLookup, takesConnections } from '../host/addresses.ts';
import { isLoopback } from '../host/loopback.ts';
import { environmentError, messageOf } from '../model/errors.ts';
import type { LoadPlan } from '../model/load.ts';
import type { LoadTarget } from '../model/scenario.ts';
import type { RunningTopology } from '../model/topology.ts';

type LoadAddress = Pick<LoadPlan, 'host' | 'port' | 'socket' | 'tls'>;

/** Host and port of the load's target, on a loopback address, or its Unix socket; throws when the topology does not offer it. */
export function resolveLoadAddress(target: LoadTarget, topology: RunningTopology): LoadAddress {
  const { tls } = target;
  if ('socket' in target) return { host: 'localhost', port: tls ? 443 : 80, socket: target.socket, tls };
  const url = 'url' in target ? target.url : addressOf(target.service, target.port, topology);
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (tls ? 443 : 80) : Number(port), tls };
}

/** Addresses of the load's host that take connections, and a sentence about them where its name stands for several. */
export interface HostAddresses {
  readonly addresses: readonly string[];
  readonly message?: string;
}

/**
 * Looks the host up once, before the load. Of several addresses those that take no connection are left out, unless none
 * does: then the load finds out why. Without spread only the first is used. Throws when there is no address, or one that is not of this machine alone.
 */
export async function resolveHost(
  host: string,
  port: number,
  isSpread: boolean,
  lookup: Lookup = systemLookup,
): Promise<HostAddresses> {
  const all = await lookup(host).catch((error: unknown) => {
    const hint = 'Name an address instead, for example http://127.0.0.1:8080.';
    throw environmentError('target-host', `target: ${host} has no address: ${messageOf(error)}`, hint, error);
  });
  const foreign = all.find((address) => !isLoopback(address));
  if (foreign !== undefined) {
    const message = `target: ${host} stands for ${all.join(', ')}, and ${foreign} is no loopback address`;
    throw environmentError('target-host', message, 'Load goes to this machine only: name 127.0.0.1 or [::1].');
  }
  if (all.length === 1) return { addresses: all };
  const taking = await Promise.all(all.map((address) => takesConnections(address, port)));
  const open = all.filter((_, index) => taking[index]);
  const addresses = isSpread ? open : open.slice(0, 1);
  const left = all.filter((_, index) => !taking[index]);
  if (addresses.length === 0) {
    return { addresses: all, message: `${host} is ${all.join(', ')}; none takes connections on port ${port}` };
  }
  const without = left.length > 0 ? `; ${left.join(', ')} takes none on port ${port}` : '';
  return {
    addresses,
    message: `connections to ${host} go to ${addresses.join(' and ')}${addresses.length > 1 ? ' in turn' : ''}${without}`,
  };
}

function addressOf(service: string, port: number, topology: RunningTopology): string {
  const replicas = topology.targets.filter((each) => each.service === service);
  const url = replicas[0]?.ports[String(port)];
  if (url !== undefined) return url;
  const offered = replicas.flatMap((replica) => Object.keys(replica.ports));
  const has = offered.length > 0 ? `it offers ${[...new Set(offered)].join(', ')}` : 'it offers no port';
  const hint = `Publish it in the compose file, for example: ports: ["127.0.0.1::${port}"].`;
  throw environmentError('target-port', `target.port: service ${service} has no published port ${port}; ${has}`, hint);
}
