/** Where the load is sent: the scenario's target looked up in the topology that is up. */
import { isOwnAddress, type Lookup, takesConnections } from '../host/addresses.ts';
import { allowedByAddress, allowedByName, namesAddresses } from '../host/allowed-hosts.ts';
import { isLoopback } from '../host/loopback.ts';
import { addressMistake } from '../host/user-url.ts';
import { environmentError, messageOf, usageError } from '../model/errors.ts';
import type { DialAddress, LoadPlan } from '../model/load.ts';
import type { AllowedHost, LoadTarget } from '../model/scenario.ts';
import type { SentTo } from '../model/sent-to.ts';
import type { RunningTopology, Target } from '../model/topology.ts';

type LoadAddress = Pick<LoadPlan, 'host' | 'port' | 'socket' | 'tls'>;

/** Host and port of the load's target, or its Unix socket; throws when the topology does not offer it. */
export function resolveLoadAddress(target: LoadTarget, topology: RunningTopology): LoadAddress {
  const { tls } = target;
  if ('socket' in target) return { host: 'localhost', port: tls ? 443 : 80, socket: target.socket, tls };
  const url = 'url' in target ? target.url : addressOf(target.service, target.port, topology);
  return { ...dialAddress(url, tls !== undefined), tls };
}

/**
 * Where replicas are that the load goes to, as things stand: all that are there where it is spread, else the first. They may be elsewhere
 * when they come back. None where the load goes to no service.
 */
export function replicaAddresses(target: LoadTarget, { targets }: Pick<RunningTopology, 'targets'>): DialAddress[] {
  if (!('service' in target)) return [];
  const replicas = targets.filter(({ service }) => service === target.service);
  const meant = target.spread === true ? replicas.filter(isThere) : replicas.slice(0, 1);
  return meant.flatMap(({ ports }) => {
    const url = ports[String(target.port)];
    return url === undefined ? [] : [dialAddress(url, target.tls !== undefined)];
  });
}

/** What says of connections that they go to several replicas in turn. */
export function spreadMessage({
  target,
  addresses,
}: {
  target: LoadTarget;
  addresses: readonly DialAddress[];
}): string {
  const places = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
  const name = 'service' in target ? target.service : 'the target';
  return `requests to ${name} go to ${places}${addresses.length > 1 ? ' in turn' : ''}`;
}

function isThere({ isAway }: Target): boolean {
  return isAway !== true;
}

function dialAddress(url: string, isTls: boolean): DialAddress {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 443 : 80) : Number(port) };
}

/** All addresses of the load's host; throws when it has none, and as a usage error when load may not go to one of them. */
export async function allowedAddresses(
  host: string,
  allow: readonly AllowedHost[],
  lookup: Lookup,
): Promise<readonly string[]> {
  const all = await lookup(host).catch((error: unknown) => {
    const hint = 'Name an address instead, for example http://127.0.0.1:8080.';
    throw environmentError('target-host', `target: ${host} has no address: ${messageOf(error)}`, hint, error);
  });
  const mistake = addressMistake(host, all, allow);
  if (mistake !== undefined) throw usageError('host-not-allowed', `target.url ${mistake}`);
  return all;
}

/** Addresses of the load's host that take connections, and a sentence about them where its name stands for several. */
export interface HostAddresses {
  readonly addresses: readonly string[];
  readonly message?: string;
}

/**
 * Which addresses of a host are used. Of several those that take no connection are left out, unless none does: then the load finds out
 * why. Without spread only the first is used.
 */
export async function takingAddresses(
  host: string,
  all: readonly string[],
  port: number,
  isSpread: boolean,
): Promise<HostAddresses> {
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

/**
 * What connections may be opened to for the whole run: what the host stood for when the load began, and addresses and ranges that are
 * allowed as such. What its name stands for later is nobody's consent.
 */
export function dialsAllowed(all: readonly string[], allow: readonly AllowedHost[]): string[] {
  return [...all, ...allow.filter(namesAddresses).map(({ host }) => host)];
}

/** Where the load goes, and by whose consent, for the result. */
export function sentToOf(target: LoadTarget, { host, port }: DialAddress, all: readonly DialAddress[]): SentTo {
  if ('socket' in target) return { host: target.socket, addresses: [], isRemote: false };
  const addresses = all.map((each) => placeText(each));
  const isRemote = all.some((each) => !isOwnAddress(each.host));
  if ('service' in target) return { host: `${target.service}:${target.port}`, addresses, isRemote };
  const { allow = [] } = target;
  const byName = isLoopback(host) ? undefined : allowedByName(host, allow);
  const foreign = all.filter((each) => !isLoopback(each.host));
  const used = byName ? [byName] : foreign.flatMap((each) => allowedByAddress(each.host, allow) ?? []);
  const allowedBy = [...new Set(used)].map((each) => ({ ...each }));
  return { host: placeText({ host, port }), addresses, isRemote, ...(allowedBy.length > 0 ? { allowedBy } : {}) };
}

function placeText({ host, port }: DialAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function addressOf(service: string, port: number | string, topology: RunningTopology): string {
  const replicas = topology.targets.filter((each) => each.service === service);
  const url = replicas[0]?.ports[String(port)];
  if (url !== undefined) return url;
  const offered = replicas.flatMap((replica) => Object.keys(replica.ports));
  const has = offered.length > 0 ? `it offers ${[...new Set(offered)].join(', ')}` : 'it offers no port';
  const hint =
    topology.engine === 'kubernetes'
      ? 'Name a port of its pods, or of a Service before them, by its number or its name.'
      : `Publish it in the compose file, for example: ports: ["127.0.0.1::${port}"].`;
  throw environmentError('target-port', `target.port: service ${service} has no published port ${port}; ${has}`, hint);
}
